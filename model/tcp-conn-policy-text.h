/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef TCP_CONN_POLICY_TEXT_H
#define TCP_CONN_POLICY_TEXT_H

#include "ns3/attribute.h"
#include "ns3/object-factory.h"
#include "ns3/ptr.h"
#include "ns3/type-id.h"

#include <string>

/**
 * @file
 * @ingroup tcp-conn
 * Policies as text, "ns3::TypeId[Attribute=value|...]", as scripts, command lines and ConfigStore
 * files name them.  Whatever is wrong ends the program with a message that names the attribute and
 * what it takes.
 */

namespace ns3
{

/**
 * Read a policy.  Ends the program if the text names no policy of the family, an attribute that the
 * policy does not have, or a value that the attribute does not take.
 * @param attribute the attribute whose value it is, "ns3::TcpConnSocket::Isn": for the message
 * @param family TypeId of the family
 * @param text the text
 * @return what makes the policy
 */
ObjectFactory TcpConnReadPolicy(const std::string& attribute,
                                TypeId family,
                                const std::string& text);

/**
 * End the program unless a factory makes a policy of a family.
 * @param attribute the attribute whose value it is: for the message
 * @param family TypeId of the family
 * @param policy what makes the policy
 */
void TcpConnRequirePolicy(const std::string& attribute, TypeId family, const ObjectFactory& policy);

/**
 * A checker of ObjectFactoryValue that reads text by TcpConnReadPolicy.
 * @param attribute name of the attribute, with its class
 * @param family TypeId of the family
 * @return the checker
 */
Ptr<const AttributeChecker> TcpConnMakePolicyChecker(const std::string& attribute, TypeId family);

} // namespace ns3

#endif /* TCP_CONN_POLICY_TEXT_H */
