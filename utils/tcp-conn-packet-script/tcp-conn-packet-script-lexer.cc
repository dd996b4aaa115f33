/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "tcp-conn-packet-script-lexer.h"

#include "tcp-conn-packet-script.h"

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <cstdlib>

namespace ns3
{
namespace TcpConnPacketScript
{

namespace
{

bool
IsDigit(char c)
{
    return std::isdigit(static_cast<unsigned char>(c)) != 0;
}

bool
IsWordCharacter(char c)
{
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
}

/** Walks a script once. */
class Lexer
{
  public:
    /** @param text the script */
    explicit Lexer(const std::string& text)
        : m_text(text)
    {
    }

    /** @return all tokens. */
    std::vector<Token> All();

  private:
    /** @param ahead characters further on @return a character, or 0 at the end */
    char Peek(std::size_t ahead = 0) const
    {
        return m_at + ahead < m_text.size() ? m_text[m_at + ahead] : '\0';
    }

    /** @param s what may stand here @return whether it does */
    bool Follows(const char* s) const
    {
        return m_text.compare(m_at, std::char_traits<char>::length(s), s) == 0;
    }

    void Advance(std::size_t count);
    bool SkipBlank();
    std::string Enclosed(const char* open, const char* close, const char* what);
    Token Number();
    Token Option();
    Token Next();

    const std::string& m_text; //!< The script.
    std::size_t m_at{0};       //!< Where the lexer is.
    int m_line{1};             //!< Its line.
};

void
Lexer::Advance(std::size_t count)
{
    for (; count > 0 && m_at < m_text.size(); count--)
    {
        m_line += m_text[m_at++] == '\n';
    }
}

bool
Lexer::SkipBlank()
{
    const std::size_t before = m_at;
    while (m_at < m_text.size())
    {
        if (std::isspace(static_cast<unsigned char>(Peek())))
        {
            Advance(1);
        }
        else if (Follows("//") || Peek() == '#')
        {
            Advance(std::min(m_text.find('\n', m_at), m_text.size()) - m_at);
        }
        else if (Follows("/*"))
        {
            Enclosed("/*", "*/", "comment");
        }
        else
        {
            break;
        }
    }
    return m_at != before;
}

std::string
Lexer::Enclosed(const char* open, const char* close, const char* what)
{
    const int line = m_line;
    const std::size_t openSize = std::char_traits<char>::length(open);
    const std::size_t closeSize = std::char_traits<char>::length(close);
    const bool escapes = closeSize == 1;
    std::size_t end = m_at + openSize;
    while (end < m_text.size() && m_text.compare(end, closeSize, close) != 0)
    {
        end += escapes && m_text[end] == '\\' ? 2 : 1;
    }
    if (end >= m_text.size())
    {
        throw Failure{line, std::string(what) + " has no end"};
    }
    const std::string inside = m_text.substr(m_at + openSize, end - m_at - openSize);
    Advance(end + closeSize - m_at);
    return inside;
}

Token
Lexer::Number()
{
    Token token;
    std::size_t size = Peek() == '-' ? 1 : 0;
    const bool hexadecimal = Peek(size) == '0' && Peek(size + 1) == 'x';
    if (hexadecimal)
    {
        size += 2;
        while (std::isxdigit(static_cast<unsigned char>(Peek(size))))
        {
            size++;
        }
    }
    while (!hexadecimal && IsDigit(Peek(size)))
    {
        size++;
    }
    token.kind = Token::INTEGER;
    if (!hexadecimal && Peek(size) == '.' && IsDigit(Peek(size + 1)))
    {
        token.kind = Token::REAL;
        size++;
        while (IsDigit(Peek(size)))
        {
            size++;
        }
    }
    token.text = m_text.substr(m_at, size);
    if (!hexadecimal && IsWordCharacter(Peek(size)))
    {
        // A cookie, say: a word that begins with a digit.
        while (IsWordCharacter(Peek(size)))
        {
            size++;
        }
        token.kind = Token::WORD;
        token.text = m_text.substr(m_at, size);
    }
    if (token.kind == Token::INTEGER)
    {
        errno = 0;
        token.number = std::strtoll(token.text.c_str(), nullptr, hexadecimal ? 16 : 10);
        if (errno == ERANGE)
        {
            throw Failure{m_line, "number " + token.text + " is too large"};
        }
    }
    Advance(size);
    return token;
}

Token
Lexer::Option()
{
    Token token;
    token.kind = Token::OPTION;
    Advance(2);
    while (IsWordCharacter(Peek()))
    {
        token.text.push_back(Peek());
        Advance(1);
    }
    if (Peek() == '=')
    {
        Advance(1);
        while (m_at < m_text.size() && !std::isspace(static_cast<unsigned char>(Peek())))
        {
            token.value.push_back(Peek());
            Advance(1);
        }
    }
    return token;
}

Token
Lexer::Next()
{
    const char c = Peek();
    const bool minus = c == '-';
    Token token;
    if (minus && Peek(1) == '-' && IsWordCharacter(Peek(2)))
    {
        return Option();
    }
    if (IsDigit(Peek(minus)) || (Peek(minus) == '.' && IsDigit(Peek(minus + 1))))
    {
        return Number();
    }
    if (Follows("..."))
    {
        token.kind = Token::ELLIPSIS;
        token.text = "...";
        Advance(3);
    }
    else if (Follows("%{"))
    {
        token.kind = Token::CODE;
        token.text = Enclosed("%{", "}%", "program");
    }
    else if (c == '"')
    {
        token.kind = Token::STRING;
        token.text = Enclosed("\"", "\"", "string");
    }
    else if (c == '`')
    {
        token.kind = Token::SHELL;
        token.text = Enclosed("`", "`", "command in backticks");
    }
    else if (IsWordCharacter(c))
    {
        token.kind = Token::WORD;
        while (IsWordCharacter(Peek()))
        {
            token.text.push_back(Peek());
            Advance(1);
        }
    }
    else
    {
        token.kind = Token::SIGN;
        token.text = std::string(1, c);
        Advance(1);
    }
    return token;
}

std::vector<Token>
Lexer::All()
{
    std::vector<Token> tokens;
    for (;;)
    {
        const bool blank = SkipBlank();
        const int line = m_line;
        Token token = m_at < m_text.size() ? Next() : Token();
        token.line = line;
        token.blank = blank;
        tokens.push_back(token);
        if (token.kind == Token::END)
        {
            return tokens;
        }
    }
}

} // namespace

bool
Token::Is(char character) const
{
    return kind == SIGN && text[0] == character;
}

bool
Token::Is(const char* word) const
{
    return kind == WORD && text == word;
}

std::vector<Token>
Tokenize(const std::string& text)
{
    return Lexer(text).All();
}

} // namespace TcpConnPacketScript
} // namespace ns3
