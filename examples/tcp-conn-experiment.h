/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef TCP_CONN_EXPERIMENT_H
#define TCP_CONN_EXPERIMENT_H

#include "tcp-conn-option.h"

#include "ns3/command-line.h"
#include "ns3/ipv4-address.h"
#include "ns3/node-container.h"
#include "ns3/nstime.h"
#include "ns3/queue-disc.h"
#include "ns3/tcp-conn-progress.h"
#include "ns3/tcp-conn-stack-helper.h"
#include "ns3/tcp-conn-trace.h"

#include <cstdint>
#include <list>
#include <map>
#include <string>
#include <vector>

/**
 * @file
 * What the experiments share: command line, tables, traces, ladders, and two hosts with a path
 * between them.  An experiment is a program that
 *
 *     TcpConnExperiment experiment("tcp-conn-name", "what it shows");
 *     experiment.Option("option", "what it is", variable);
 *     experiment.Parse(argc, argv);
 *     auto& table = experiment.Table("outcomes", "What the table tells", {{"case"}, {"time",
 * "s"}}); for each case: build, run, table.Row({"case", time}); return experiment.Finish();
 */

namespace ns3
{

/** A cell of a table: text, or a number as its shortest text. */
struct TcpConnCell
{
    std::string text;   //!< What is printed.
    bool number{false}; //!< A number: set to the right.

    /** @param words text */
    TcpConnCell(const char* words);
    /** @param words text */
    TcpConnCell(const std::string& words);
    /** @param value a number, of which six digits are printed */
    TcpConnCell(double value);
    /** @param value a time, printed in seconds */
    TcpConnCell(Time value);

    /** @param value a whole number */
    template <typename T, typename = std::enable_if_t<std::is_integral_v<T>>>
    TcpConnCell(T value)
        : text(std::to_string(value)),
          number(true)
    {
    }
};

/** A column of a table. */
struct TcpConnColumn
{
    std::string heading; //!< Its heading, by which the CSV file and the tests know it.
    std::string unit{};  //!< Unit, below the heading.
};

/** A table: printed in columns, and written as CSV. */
class TcpConnResultTable
{
  public:
    /**
     * @param title what it tells
     * @param columns its columns
     */
    TcpConnResultTable(const std::string& title, const std::vector<TcpConnColumn>& columns);

    /** @param cells one for each column */
    void Row(const std::vector<TcpConnCell>& cells);
    /** @param os where to print it */
    void Print(std::ostream& os) const;
    /** @param fileName where to write it as CSV; ends the program if that fails */
    void WriteCsv(const std::string& fileName) const;

  private:
    std::string m_title;                          //!< What it tells.
    std::vector<TcpConnColumn> m_columns;         //!< Columns.
    std::vector<std::vector<TcpConnCell>> m_rows; //!< Rows.
};

/** An experiment: its command line, tables, traces and ladders. */
class TcpConnExperiment
{
  public:
    /**
     * @param name name of the program; its files begin with it
     * @param usage what the experiment shows
     */
    TcpConnExperiment(const std::string& name, const std::string& usage);
    ~TcpConnExperiment();

    /**
     * An option of its own on the command line.  All experiments have --outputDir and --ladder.
     * @param name name
     * @param help what it is
     * @param [in,out] value the default; what the user chose, after Parse
     */
    template <typename T>
    void Option(const std::string& name, const std::string& help, T& value)
    {
        m_command.AddValue(name, help, value);
    }

    /** Read the command line and make the output folder. @param argc as main's @param argv same */
    void Parse(int argc, char* argv[]);

    /**
     * A new table.
     * @param name its name: the CSV file is outputDir/experiment-name.csv
     * @param title what it tells
     * @param columns its columns
     * @return the table, to be filled
     */
    TcpConnResultTable& Table(const std::string& name,
                              const std::string& title,
                              const std::vector<TcpConnColumn>& columns);

    /**
     * Write transitions and segments of nodes to outputDir/experiment-label.tr, from now on.
     * @param label name of the case
     * @param nodes all nodes with this TCP
     */
    void Trace(const std::string& label, const NodeContainer& nodes);

    /**
     * Simulator::Run; on a terminal it shows how far the run has come.  When the user interrupts,
     * traces are completed, the tables are printed and written with the rows that they have, and
     * the program ends.
     */
    static void Run();

    /**
     * @param label name of a case or table
     * @param ending ".tr", ".csv", ...
     * @return path of its file, outputDir/experiment-label.ending
     */
    std::string File(const std::string& label, const std::string& ending) const;

    /** @param label the case of which Finish draws the ladder, unless --ladder says otherwise */
    void Ladder(const std::string& label);

    /**
     * The end: tables are printed and written, ladders drawn.  Call Simulator::Destroy before.
     * @return the exit status: 0; 1 if there is no case that --ladder names
     */
    int Finish();

  private:
    /** A table and its name. */
    struct NamedTable
    {
        std::string name;         //!< Name.
        TcpConnResultTable table; //!< Table.
    };

    void Tables();

    static TcpConnExperiment* s_running; //!< The one of this program.

    TcpConnProgress m_progress;        //!< Shows how far a run has come.
    std::string m_name;                //!< Name of the program.
    CommandLine m_command;             //!< Command line.
    std::string m_outputDir{"."};      //!< Folder for all files.
    std::string m_ladder;              //!< Case whose ladder is drawn, "all" or "none".
    std::vector<std::string> m_traces; //!< Cases with a trace.
    std::list<NamedTable> m_tables;    //!< Tables; a list, for references to stay.
};

/** Two hosts, a client and a server, and a path whose ends impair what leaves. */
struct TcpConnTwoEnds
{
    NodeContainer nodes;  //!< Client and server.
    Ptr<QueueDisc> forth; //!< Impairment of what the client sends.
    Ptr<QueueDisc> back;  //!< Impairment of what the server sends.
    Ipv4Address client;   //!< Client's address, 10.0.0.1.
    Ipv4Address server;   //!< Server's address, 10.0.0.2.

    /**
     * Build them.
     * @param stack the TCP of both, with its policies
     * @param delay one way
     * @param forthRules impairment rules of the client's end (doc/tcp-conn-impairment.rst)
     * @param backRules those of the server's end
     */
    TcpConnTwoEnds(const TcpConnStackHelper& stack,
                   Time delay,
                   const std::string& forthRules = "",
                   const std::string& backRules = "");
};

/** All that happens at a host from now on, to be looked at after the run. */
class TcpConnHostLog
{
  public:
    /** A connection has moved. */
    struct Move
    {
        Time time;                   //!< When.
        uint64_t id;                 //!< Id of the connection on this host.
        TcpSocket::TcpStates_t from; //!< State left.
        TcpSocket::TcpStates_t to;   //!< State entered.
        std::string cause;           //!< "event" or "event/guard", as in the table.
        Time inState;                //!< Time spent in the state left.
    };

    /** A segment was sent or received. */
    struct Segment
    {
        Time time;         //!< When.
        uint64_t id;       //!< Id of the connection; 0: none.
        std::string flags; //!< "SYN,ACK", in the order of a trace, without PSH.
        uint32_t length;   //!< Bytes of text.
    };

    /** @param node a host with this TCP */
    explicit TcpConnHostLog(Ptr<Node> node);
    TcpConnHostLog(const TcpConnHostLog&) = delete;
    TcpConnHostLog& operator=(const TcpConnHostLog&) = delete;

    /**
     * @param to a state
     * @return the first move into it; nullptr: there was none
     */
    const Move* FirstInto(TcpSocket::TcpStates_t to) const;
    /**
     * @param since only segments from then on
     * @return segments sent, by flags
     */
    std::map<std::string, uint32_t> SentByFlags(Time since = Time(0)) const;

    std::vector<Move> moves;       //!< Moves, in order.
    std::vector<Segment> sent;     //!< Segments sent, in order.
    std::vector<Segment> received; //!< Segments received, in order.

  private:
    /** @param t a move */
    void Moved(const TcpConnTransition& t);
    /** @param s a segment sent */
    void Sent(const TcpConnSegmentEvent& s);
    /** @param s a segment received */
    void Received(const TcpConnSegmentEvent& s);
};

/** What a host holds for its connections at one moment. */
struct TcpConnHolding
{
    std::map<std::string, uint32_t> states; //!< Connections by state, "ESTABLISHED", ...
    uint32_t connections{0};                //!< All of them.
    uint64_t bytes{0}; //!< Records and sockets; buffers, which come and go with text, are not.

    /** @param node a host with this TCP; what it holds now */
    explicit TcpConnHolding(Ptr<Node> node);

    /**
     * @param state a state, but that of a connection opened actively when it is SYN-RECEIVED
     * @return bytes that a connection over IPv4 takes in it, without buffers
     */
    static uint32_t BytesIn(TcpSocket::TcpStates_t state);
};

} // namespace ns3

#endif /* TCP_CONN_EXPERIMENT_H */
