/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "tcp-conn-policy-text.h"

#include "ns3/abort.h"
#include "ns3/string.h"

#include <cstdlib>
#include <set>
#include <vector>

namespace ns3
{

namespace
{

/** @param text a text @return the same without blanks around it */
std::string
Trim(const std::string& text)
{
    const auto first = text.find_first_not_of(" \t\r\n");
    const auto last = text.find_last_not_of(" \t\r\n");
    return first == std::string::npos ? "" : text.substr(first, last - first + 1);
}

/**
 * @param family a family of policies
 * @return the names of those that there are, each after a space
 */
std::string
Known(TypeId family)
{
    std::string names;
    for (uint16_t i = 0; i < TypeId::GetRegisteredN(); ++i)
    {
        const TypeId type = TypeId::GetRegistered(i);
        if (type != family && type.IsChildOf(family) && type.HasConstructor())
        {
            names += " " + type.GetName();
        }
    }
    return names;
}

/** @param type a TypeId @return the names of its attributes, each after a space */
std::string
AttributesOf(TypeId type)
{
    std::string names;
    for (;; type = type.GetParent())
    {
        for (std::size_t i = 0; i < type.GetAttributeN(); ++i)
        {
            names += " " + type.GetAttribute(i).name;
        }
        if (!type.HasParent())
        {
            return names.empty() ? " none" : names;
        }
    }
}

/**
 * @param list "a=1|b=2"; what stands in brackets is not looked into
 * @return its parts
 */
std::vector<std::string>
Split(const std::string& list)
{
    std::vector<std::string> parts(1);
    int depth = 0;
    for (const char c : list)
    {
        depth += c == '[' ? 1 : c == ']' ? -1 : 0;
        if (c == '|' && depth == 0)
        {
            parts.emplace_back();
        }
        else
        {
            parts.back() += c;
        }
    }
    return parts;
}

/**
 * Can ns-3 read a value?  Of numbers and times that it cannot read it says so itself, and ends the
 * program without the name of the attribute.
 * @param type name of the attribute value's class
 * @param value the value
 * @return false: it is no number, or no time
 */
bool
Readable(const std::string& type, const std::string& value)
{
    char* end = nullptr;
    const char* text = value.c_str();
    if (type == "ns3::UintegerValue")
    {
        std::strtoull(text, &end, 10);
        return *end == 0 && *text != '-'; // streams read "-3" as an unsigned number near 2^64
    }
    if (type == "ns3::IntegerValue")
    {
        std::strtoll(text, &end, 10);
        return *end == 0;
    }
    if (type == "ns3::DoubleValue" || type == "ns3::TimeValue")
    {
        static const std::set<std::string> units =
            {"", "s", "ms", "us", "ns", "ps", "fs", "min", "h", "d", "y"};
        std::strtod(text, &end);
        return end != text && (type == "ns3::TimeValue" ? units.count(end) > 0 : *end == 0);
    }
    return true;
}

/**
 * Set an attribute of a policy.
 * @param where the attribute whose value the policy is
 * @param [in,out] policy the policy
 * @param setting "name=value"
 */
void
Apply(const std::string& where, ObjectFactory& policy, const std::string& setting)
{
    const std::string type = policy.GetTypeId().GetName();
    const auto equal = setting.find('=');
    NS_ABORT_MSG_IF(equal == std::string::npos,
                    where << ": \"" << setting << "\" is not of the form Attribute=value");
    const std::string name = Trim(setting.substr(0, equal));
    const std::string value = Trim(setting.substr(equal + 1));
    TypeId::AttributeInformation info;
    NS_ABORT_MSG_UNLESS(policy.GetTypeId().LookupAttributeByName(name, &info),
                        where << ": " << type << " has no attribute " << name << "; it has"
                              << AttributesOf(policy.GetTypeId()));
    const bool legal = !value.empty() && Readable(info.checker->GetValueTypeName(), value) &&
                       info.checker->CreateValidValue(StringValue(value));
    NS_ABORT_MSG_UNLESS(legal,
                        where << ": " << type << "::" << name << " cannot be \"" << value
                              << "\"; it takes " << info.checker->GetValueTypeName() << " "
                              << info.checker->GetUnderlyingTypeInformation());
    policy.Set(name, StringValue(value));
}

/** A policy as the value of an attribute; it reads text more strictly than its parent. */
class PolicyValue : public ObjectFactoryValue
{
  public:
    Ptr<AttributeValue> Copy() const override
    {
        return Create<PolicyValue>(*this);
    }

    bool DeserializeFromString(std::string value, Ptr<const AttributeChecker> checker) override;
};

/** See TcpConnMakePolicyChecker. */
class PolicyChecker : public AttributeChecker
{
  public:
    /** @param attribute name of the attribute @param family TypeId of the family */
    PolicyChecker(const std::string& attribute, TypeId family)
        : m_attribute(attribute),
          m_family(family)
    {
    }

    /** @param text a policy @return what makes it */
    ObjectFactory Read(const std::string& text) const
    {
        return TcpConnReadPolicy(m_attribute, m_family, text);
    }

    bool Check(const AttributeValue& value) const override
    {
        const auto* policy = dynamic_cast<const ObjectFactoryValue*>(&value);
        if (policy)
        {
            TcpConnRequirePolicy(m_attribute, m_family, policy->Get());
        }
        return policy != nullptr;
    }

    std::string GetValueTypeName() const override
    {
        return "ns3::ObjectFactoryValue";
    }

    bool HasUnderlyingTypeInformation() const override
    {
        return true;
    }

    std::string GetUnderlyingTypeInformation() const override
    {
        return m_family.GetName();
    }

    Ptr<AttributeValue> Create() const override
    {
        return ns3::Create<PolicyValue>();
    }

    bool Copy(const AttributeValue& source, AttributeValue& destination) const override
    {
        const auto* from = dynamic_cast<const ObjectFactoryValue*>(&source);
        auto* to = dynamic_cast<ObjectFactoryValue*>(&destination);
        if (from && to)
        {
            to->Set(from->Get());
        }
        return from && to;
    }

  private:
    std::string m_attribute; //!< Name of the attribute.
    TypeId m_family;         //!< The family.
};

bool
PolicyValue::DeserializeFromString(std::string value, Ptr<const AttributeChecker> checker)
{
    const auto* of = dynamic_cast<const PolicyChecker*>(PeekPointer(checker));
    if (!of)
    {
        return ObjectFactoryValue::DeserializeFromString(value, checker);
    }
    Set(of->Read(value));
    return true;
}

} // namespace

ObjectFactory
TcpConnReadPolicy(const std::string& attribute, TypeId family, const std::string& text)
{
    const std::string whole = Trim(text);
    const auto bracket = whole.find('[');
    const std::string name = Trim(whole.substr(0, bracket));
    TypeId type;
    NS_ABORT_MSG_UNLESS(TypeId::LookupByNameFailSafe(name, &type),
                        attribute << ": \"" << name << "\" is no TypeId; there are"
                                  << Known(family));
    ObjectFactory policy;
    policy.SetTypeId(type);
    TcpConnRequirePolicy(attribute, family, policy);
    if (bracket == std::string::npos)
    {
        return policy;
    }
    NS_ABORT_MSG_UNLESS(whole.back() == ']',
                        attribute << ": \"" << whole << "\" does not end with ]");
    for (const auto& setting : Split(whole.substr(bracket + 1, whole.size() - bracket - 2)))
    {
        if (!Trim(setting).empty())
        {
            Apply(attribute, policy, setting);
        }
    }
    return policy;
}

void
TcpConnRequirePolicy(const std::string& attribute, TypeId family, const ObjectFactory& policy)
{
    const bool fits = policy.IsTypeIdSet() && policy.GetTypeId().IsChildOf(family) &&
                      policy.GetTypeId().HasConstructor();
    NS_ABORT_MSG_UNLESS(fits,
                        attribute << ": "
                                  << (policy.IsTypeIdSet() ? policy.GetTypeId().GetName()
                                                           : std::string("an unknown TypeId"))
                                  << " is no such policy; there are" << Known(family));
}

Ptr<const AttributeChecker>
TcpConnMakePolicyChecker(const std::string& attribute, TypeId family)
{
    return ns3::Create<PolicyChecker>(attribute, family);
}

} // namespace ns3
