/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef TCP_CONN_PACKET_SCRIPT_LEXER_H
#define TCP_CONN_PACKET_SCRIPT_LEXER_H

#include <cstdint>
#include <string>
#include <vector>

/**
 * @file
 * @ingroup tcp-conn
 * Packet scripts as a list of tokens.
 */

namespace ns3
{
namespace TcpConnPacketScript
{

/** The smallest piece of a script. */
struct Token
{
    /** What it is. */
    enum Kind
    {
        END,      //!< After the last one.
        INTEGER,  //!< number.
        REAL,     //!< text: a number with a point.
        WORD,     //!< text.
        STRING,   //!< text, without its quotes.
        SHELL,    //!< text, without its backticks.
        CODE,     //!< text, without %{ and }%.
        OPTION,   //!< text: the name; value: what follows "=".
        ELLIPSIS, //!< "...".
        SIGN      //!< text: one character.
    };

    Kind kind{END};    //!< What it is.
    int line{0};       //!< Line where it begins.
    int64_t number{0}; //!< INTEGER.
    std::string text;  //!< Its characters.
    std::string value; //!< OPTION.
    bool blank{false}; //!< White space or a comment stands before it.

    /**
     * @param character a sign
     * @return whether it is that sign
     */
    bool Is(char character) const;
    /**
     * @param word a word
     * @return whether it is that word
     */
    bool Is(const char* word) const;
};

/**
 * @param text a script
 * @return its tokens, the last of kind END
 * @throws Failure where a string, comment or program has no end, or a number is too large
 */
std::vector<Token> Tokenize(const std::string& text);

} // namespace TcpConnPacketScript
} // namespace ns3

#endif /* TCP_CONN_PACKET_SCRIPT_LEXER_H */
