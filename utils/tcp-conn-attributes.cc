/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

/**
 * @file
 * @ingroup tcp-conn
 * Writes the attributes and trace sources of the module's classes, as their TypeIds have them, to
 * standard output.  doc/tcp-conn-attributes.rst is its output.
 */

#include "ns3/application.h"
#include "ns3/nstime.h"
#include "ns3/pointer.h"
#include "ns3/tcp-conn-policy.h"

#include <cstring>
#include <functional>
#include <iostream>
#include <map>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

using namespace ns3;

namespace
{

/** Names and TypeIds of classes, in the order of their names. */
using Types = std::map<std::string, TypeId>;

/** @return the module's classes. */
Types
TypesOfModule()
{
    Types types;
    for (uint16_t i = 0; i < TypeId::GetRegisteredN(); i++)
    {
        const TypeId type = TypeId::GetRegistered(i);
        if (type.GetName().rfind("ns3::TcpConn", 0) == 0)
        {
            types[type.GetName()] = type;
        }
    }
    return types;
}

/**
 * @param text any text
 * @return the text, as reStructuredText that means nothing but itself
 */
std::string
Plain(const std::string& text)
{
    std::string plain;
    for (const char c : text)
    {
        if (std::strchr("*`|_\\<>", c) != nullptr)
        {
            plain += '\\';
        }
        plain += c;
    }
    return plain;
}

/**
 * @param text any text
 * @return the text in the font of code; nothing for no text
 */
std::string
Code(const std::string& text)
{
    return text.empty() ? "" : "``" + text + "``";
}

/**
 * @param name the name of a class
 * @return the name without ns3:: where it begins with it
 */
std::string
Short(const std::string& name)
{
    return name.rfind("ns3::", 0) == 0 ? name.substr(std::strlen("ns3::")) : name;
}

/**
 * A time in the largest unit of which it is a whole number: how ns-3 prints one has changed.
 * @param time the time
 * @return number and unit
 */
std::string
TimeText(Time time)
{
    const std::vector<std::pair<int64_t, std::string>> units{
        {1000000000, "s"},
        {1000000, "ms"},
        {1000, "us"},
    };
    const int64_t count = time.GetNanoSeconds();
    for (const auto& [size, unit] : units)
    {
        if (count % size == 0)
        {
            return std::to_string(count / size) + unit;
        }
    }
    return std::to_string(count) + "ns";
}

/**
 * @param attribute an attribute
 * @return what it is where nobody sets it; nothing where that cannot be written
 */
std::string
Default(const TypeId::AttributeInformation& attribute)
{
    const auto value = attribute.originalInitialValue;
    if (const auto time = DynamicCast<const TimeValue>(value))
    {
        return Code(TimeText(time->Get()));
    }
    if (Short(attribute.checker->GetValueTypeName()) == "AddressValue" ||
        DynamicCast<const PointerValue>(value))
    {
        return "(none)";
    }
    if ((attribute.flags & (TypeId::ATTR_SET | TypeId::ATTR_CONSTRUCT)) == 0)
    {
        return ""; // nobody can set it, and nobody does
    }
    const std::string text = value->SerializeToString(attribute.checker);
    return text.empty() ? "(none)" : Code(text);
}

/**
 * @param information type and range of a number as its checker has them, "uint32_t 1:255"
 * @return the same for a reader: the range where it is not that of the type
 */
std::string
NumberText(const std::string& information)
{
    std::istringstream words(information);
    std::string type;
    std::string least;
    std::string most;
    words >> type;
    std::getline(words >> std::ws, least, ':');
    words >> most;
    const bool isWholeType = most == "4294967295" || most == "18446744073709551615" ||
                             most == "1.79769e+308" || (type == "uint16_t" && most == "65535") ||
                             (type == "uint8_t" && most == "255");
    std::string text = Code(type);
    if (!isWholeType)
    {
        text += ", " + least + " to " + most;
    }
    else if (least != "0" || type == "double")
    {
        text += ", at least " + least;
    }
    return text;
}

/**
 * @param attribute an attribute
 * @return the values it can have
 */
std::string
Values(const TypeId::AttributeInformation& attribute)
{
    const std::string type = attribute.checker->GetValueTypeName();
    const std::string information = attribute.checker->GetUnderlyingTypeInformation();
    if (type == "ns3::UintegerValue" || type == "ns3::DoubleValue")
    {
        return NumberText(information);
    }
    if (type.rfind("ns3::EnumValue", 0) == 0)
    {
        std::istringstream names(information);
        std::string text;
        for (std::string name; std::getline(names, name, '|');)
        {
            text += (text.empty() ? "" : ", ") + Code(name);
        }
        return text;
    }
    if (type == "ns3::PointerValue")
    {
        // ns3::Ptr< ns3::RandomVariableStream >
        const auto begin = information.rfind("::") + 2;
        return Code(information.substr(begin, information.find_first_of(" >", begin) - begin));
    }
    const std::string name = Short(type);
    return Code(name.substr(0, name.rfind("Value")));
}

/**
 * @param flags an attribute's flags
 * @return who cannot set or read it; nothing for one that is as most are
 */
std::string
Restrictions(uint32_t flags)
{
    if ((flags & (TypeId::ATTR_SET | TypeId::ATTR_CONSTRUCT)) == 0)
    {
        return " Can be read only.";
    }
    if ((flags & TypeId::ATTR_SET) == 0)
    {
        return " Can be set only when the object is made.";
    }
    return (flags & TypeId::ATTR_GET) == 0 ? " Cannot be read." : "";
}

/**
 * Writes a row of a table.
 * @param cells its cells
 */
void
WriteRow(const std::vector<std::string>& cells)
{
    const char* mark = "   * -";
    for (const auto& cell : cells)
    {
        std::cout << mark << (cell.empty() ? "" : " ") << cell << "\n";
        mark = "     -";
    }
}

/**
 * Begins a table.
 * @param widths relative widths of the columns
 * @param head the heads of the columns
 */
void
BeginTable(const std::string& widths, const std::vector<std::string>& head)
{
    std::cout << "\n.. list-table::\n   :header-rows: 1\n   :widths: " << widths << "\n\n";
    WriteRow(head);
}

/**
 * @param text a help text
 * @return the text, as a sentence
 */
std::string
Sentence(const std::string& text)
{
    const std::string plain = Plain(text);
    return plain.empty() || plain.back() == '.' ? plain : plain + ".";
}

/**
 * Writes a class: what it is, its attributes, its trace sources.
 * @param type the class
 */
void
WriteType(TypeId type)
{
    const std::string name = type.GetName();
    std::cout << "\n" << name << "\n" << std::string(name.size(), '=') << "\n\n";
    std::cout << "Derived from " << Code(type.GetParent().GetName())
              << (type.HasConstructor() ? "; made by name.\n" : "; a base class.\n");
    if (type.GetAttributeN() != 0)
    {
        BeginTable("22 22 16 40", {"Attribute", "Values", "Default", "Meaning"});
    }
    for (size_t i = 0; i < type.GetAttributeN(); i++)
    {
        const auto attribute = type.GetAttribute(i);
        WriteRow({Code(attribute.name),
                  Values(attribute),
                  Default(attribute),
                  Sentence(attribute.help) + Restrictions(attribute.flags)});
    }
    if (type.GetTraceSourceN() != 0)
    {
        BeginTable("22 38 40", {"Trace source", "Sink", "Meaning"});
    }
    for (size_t i = 0; i < type.GetTraceSourceN(); i++)
    {
        const auto source = type.GetTraceSource(i);
        WriteRow({Code(source.name), Code(Short(source.callback)), Sentence(source.help)});
    }
}

/**
 * Takes the classes of which a condition is true, and writes them as a section.
 * @param title the section's title
 * @param types the classes that are not written yet
 * @param belongs the condition
 */
void
WriteSection(const std::string& title, Types& types, const std::function<bool(TypeId)>& belongs)
{
    std::cout << "\n" << title << "\n" << std::string(title.size(), '*') << "\n";
    std::string others;
    for (auto at = types.begin(); at != types.end();)
    {
        if (!belongs(at->second))
        {
            ++at;
            continue;
        }
        if (at->second.GetAttributeN() + at->second.GetTraceSourceN() > 0)
        {
            WriteType(at->second);
        }
        else
        {
            others += (others.empty() ? "" : ",\n") + Code(at->first);
        }
        at = types.erase(at);
    }
    if (!others.empty())
    {
        std::cout << "\nWithout attributes and trace sources of their own:\n" << others << ".\n";
    }
}

} // namespace

int
main(int argc, char* argv[])
{
    if (argc != 2 || std::strcmp(argv[1], "--rst") != 0)
    {
        std::cerr << "usage: " << argv[0] << " --rst\n"
                  << "Writes the attributes and trace sources of the module's classes.\n";
        return 2;
    }
    std::cout << "Attributes and trace sources\n"
                 "----------------------------\n\n"
                 "Of all classes of the module, as their TypeIds have them: this page is what the "
                 "program\n"
                 "``tcp-conn-attributes --rst`` writes, and a test compares them. A class also has "
                 "what the\n"
                 "class has from which it is derived; the sockets also have the attributes of\n"
                 "``ns3::TcpSocket``. An attribute is set by a helper, by ``Config::SetDefault``, "
                 "or on the\n"
                 "command line (``--ns3::TcpConnTwoMsl::Reuse=false``).\n";
    auto types = TypesOfModule();
    WriteSection("Policies", types, [](TypeId type) {
        return type == TcpConnPolicy::GetTypeId() || type.IsChildOf(TcpConnPolicy::GetTypeId());
    });
    WriteSection("Applications", types, [](TypeId type) {
        return type.IsChildOf(Application::GetTypeId());
    });
    WriteSection("Protocol, sockets and what is beside them", types, [](TypeId) { return true; });
    std::cout << std::flush;
    return std::cout.good() ? 0 : 1;
}
