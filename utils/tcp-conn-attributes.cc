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
#include "ns3/command-line.h"
#include "ns3/nstime.h"
#include "ns3/pointer.h"
#include "ns3/tcp-conn-attacker.h"
#include "ns3/tcp-conn-impairment-queue-disc.h"
#include "ns3/tcp-conn-policy.h"
#include "ns3/tcp-conn-socket-traces.h"
#include "ns3/tcp-conn-trace.h"
#include "ns3/tcp-conn-workload-app.h"
#include "ns3/tcp-conn-workload-server.h"
#include "ns3/tcp-socket-state.h"
#include "ns3/traced-value.h"

#include <cstdlib>
#include <cstring>
#include <cxxabi.h>
#include <functional>
#include <iostream>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <typeinfo>
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
 * @tparam F a pointer to a function
 * @return the function's type, as one writes it in a script
 */
template <typename F>
std::string
Signature()
{
    const std::vector<std::pair<std::string, std::string>> names{
        {"std::__cxx11::basic_string<char, std::char_traits<char>, std::allocator<char> > const&",
         "const std::string&"},
        {"SequenceNumber<unsigned int, int>", "SequenceNumber32"},
        {"Ptr<Packet const>", "Ptr<const Packet>"},
        {"Ptr<QueueDiscItem const>", "Ptr<const QueueDiscItem>"},
        {"unsigned int", "uint32_t"},
        {"unsigned long", "uint64_t"},
        {"void (*)", "void "},
    };
    int status = 0;
    char* readable = abi::__cxa_demangle(typeid(F).name(), nullptr, nullptr, &status);
    std::string text = readable ? readable : typeid(F).name();
    std::free(readable);
    const auto replace = [&text](const std::string& from, const std::string& to) {
        for (auto at = text.find(from); at != std::string::npos; at = text.find(from, at))
        {
            text.replace(at, from.size(), to);
            at += to.size();
        }
    };
    replace("ns3::", "");
    for (const auto& [from, to] : names)
    {
        replace(from, to);
    }
    // What is left of "T const&" is a class whose name has neither blanks nor brackets.
    for (auto at = text.find(" const&"); at != std::string::npos; at = text.find(" const&"))
    {
        const auto begin = text.find_last_of("( ", at - 1) + 1;
        text.erase(at, std::strlen(" const"));
        text.insert(begin, "const ");
    }
    return text;
}

/**
 * Writes what the sinks of the module's trace sources are called with.
 * @param sinks the names of their types
 * @return whether each is known here
 */
bool
WriteSignatures(const std::set<std::string>& sinks)
{
    const std::map<std::string, std::string> known{
        {"TcpConnAttacker::TxCallback", Signature<TcpConnAttacker::TxCallback>()},
        {"TcpConnImpairmentQueueDisc::ImpairedTracedCallback",
         Signature<TcpConnImpairmentQueueDisc::ImpairedTracedCallback>()},
        {"TcpConnTracedCallback::Report", Signature<TcpConnTracedCallback::Report>()},
        {"TcpConnTracedCallback::Segment", Signature<TcpConnTracedCallback::Segment>()},
        {"TcpConnTracedCallback::StateChange", Signature<TcpConnTracedCallback::StateChange>()},
        {"TcpConnTracedCallback::Transition", Signature<TcpConnTracedCallback::Transition>()},
        {"TcpConnWorkloadApp::DurationCallback", Signature<TcpConnWorkloadApp::DurationCallback>()},
        {"TcpConnWorkloadApp::FailedCallback", Signature<TcpConnWorkloadApp::FailedCallback>()},
        {"TcpConnWorkloadApp::SocketCallback", Signature<TcpConnWorkloadApp::SocketCallback>()},
        {"TcpConnWorkloadServer::AcceptedCallback",
         Signature<TcpConnWorkloadServer::AcceptedCallback>()},
        {"TcpStatesTracedValueCallback", Signature<TcpStatesTracedValueCallback>()},
        {"TracedValueCallback::DataRate", Signature<TracedValueCallback::DataRate>()},
        {"TracedValueCallback::EcnState", Signature<TracedValueCallback::EcnState>()},
        {"TracedValueCallback::SequenceNumber32",
         Signature<TracedValueCallback::SequenceNumber32>()},
        {"TracedValueCallback::TcpCongState", Signature<TracedValueCallback::TcpCongState>()},
        {"TracedValueCallback::Time", Signature<TracedValueCallback::Time>()},
        {"TracedValueCallback::Uint32", Signature<TracedValueCallback::Uint32>()},
        {"TracedValueCallback::Uint64", Signature<TracedValueCallback::Uint64>()},
    };
    const std::string title = "Sinks";
    std::cout
        << "\n"
        << title << "\n"
        << std::string(title.size(), '*') << "\n\n"
        << "What the sinks above are called with; in namespace ``ns3``. Two values of one type "
           "are the old\nand the new one.\n";
    BeginTable("40 60", {"Sink", "Function"});
    bool complete = true;
    for (const auto& sink : sinks)
    {
        const auto at = known.find(sink);
        if (at == known.end())
        {
            std::cerr << "tcp-conn-attributes: the signature of " << sink << " is not known\n";
            complete = false;
            continue;
        }
        WriteRow({Code(sink), Code(at->second)});
    }
    return complete;
}

/**
 * Writes a class: what it is, its attributes, its trace sources.
 * @param type the class
 * @param [in,out] sinks names of the types of sinks
 */
void
WriteType(TypeId type, std::set<std::string>& sinks)
{
    const std::string name = type.GetName();
    std::cout << "\n.. _" << Short(name) << ":\n";
    std::cout << "\n" << name << "\n" << std::string(name.size(), '=') << "\n\n";
    std::cout << "Derived from " << Code(type.GetParent().GetName())
              << (type.HasConstructor() ? "; made by name.\n" : "; a base class.\n");
    // What is between these lines is included by the page of a policy's family.
    std::cout << "\n.. begin of " << Short(name) << "\n";
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
        sinks.insert(Short(source.callback));
    }
    std::cout << "\n.. end of " << Short(name) << "\n";
}

/**
 * Takes the classes of which a condition is true, and writes them as a section.
 * @param title the section's title
 * @param types the classes that are not written yet
 * @param belongs the condition
 * @param [in,out] sinks names of the types of sinks
 */
void
WriteSection(const std::string& title,
             Types& types,
             const std::function<bool(TypeId)>& belongs,
             std::set<std::string>& sinks)
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
            WriteType(at->second, sinks);
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
    bool rst = false;
    CommandLine cmd(__FILE__);
    cmd.Usage("Writes the attributes and trace sources of the module's classes.");
    cmd.AddValue("rst", "write them as reStructuredText, the only form", rst);
    cmd.Parse(argc, argv);
    if (!rst)
    {
        std::cerr << argv[0] << ": --rst must be given (see --help)\n";
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
    std::set<std::string> sinks;
    const auto isPolicy = [](TypeId type) {
        return type == TcpConnPolicy::GetTypeId() || type.IsChildOf(TcpConnPolicy::GetTypeId());
    };
    const auto isApplication = [](TypeId type) { return type.IsChildOf(Application::GetTypeId()); };
    WriteSection("Policies", types, isPolicy, sinks);
    WriteSection("Applications", types, isApplication, sinks);
    WriteSection(
        "Protocol, sockets and what is beside them",
        types,
        [](TypeId) { return true; },
        sinks);
    const bool complete = WriteSignatures(sinks);
    std::cout << std::flush;
    return complete && std::cout.good() ? 0 : 1;
}
