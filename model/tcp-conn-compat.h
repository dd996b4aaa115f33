/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef TCP_CONN_COMPAT_H
#define TCP_CONN_COMPAT_H

/**
 * @file
 * @ingroup tcp-conn
 * What differs between the versions of ns-3 that the module builds with, 3.37 and later, in one
 * place.  ns-3 has no version macro in C++: what exists is found by its names.
 */

#include "ns3/enum.h"

#include <cstdint>
#include <type_traits>

namespace ns3
{
namespace TcpConnCompat
{

/**
 * The duration QUICK of a test case: in an enum class since 3.42.
 * @tparam T TestCase
 * @return the enumerator
 */
template <typename T>
constexpr auto
Quick(int) -> decltype(T::Duration::QUICK)
{
    return T::Duration::QUICK;
}

/**
 * The same until 3.41.
 * @tparam T TestCase
 * @return the enumerator
 */
template <typename T>
constexpr auto
Quick(long) -> decltype(T::QUICK)
{
    return T::QUICK;
}

/**
 * The duration EXTENSIVE of a test case: in an enum class since 3.42.
 * @tparam T TestCase
 * @return the enumerator
 */
template <typename T>
constexpr auto
Extensive(int) -> decltype(T::Duration::EXTENSIVE)
{
    return T::Duration::EXTENSIVE;
}

/**
 * The same until 3.41.
 * @tparam T TestCase
 * @return the enumerator
 */
template <typename T>
constexpr auto
Extensive(long) -> decltype(T::EXTENSIVE)
{
    return T::EXTENSIVE;
}

/**
 * The type UNIT of a test suite: in an enum class since 3.42.
 * @tparam T TestSuite
 * @return the enumerator
 */
template <typename T>
constexpr auto
Unit(int) -> decltype(T::Type::UNIT)
{
    return T::Type::UNIT;
}

/** QUICK for TestSuite::AddTestCase, on every version. */
#define TCP_CONN_QUICK (ns3::TcpConnCompat::Quick<ns3::TestCase>(0))
/** EXTENSIVE for TestSuite::AddTestCase, on every version. */
#define TCP_CONN_EXTENSIVE (ns3::TcpConnCompat::Extensive<ns3::TestCase>(0))
/** UNIT for TestSuite's constructor, on every version. */
#define TCP_CONN_UNIT (ns3::TcpConnCompat::Unit<ns3::TestSuite>(0))

/**
 * The smoothed round-trip time in TcpSocketState: m_srtt since 3.44.
 * @tparam S TcpSocketState
 * @param state the state block
 * @return the traced value
 */
template <typename S>
auto
SmoothedRtt(S& state, int) -> decltype((state.m_srtt))
{
    return state.m_srtt;
}

/**
 * The same in older versions: m_lastRtt.
 * @tparam S TcpSocketState
 * @param state the state block
 * @return the traced value
 */
template <typename S>
auto
SmoothedRtt(S& state, long) -> decltype((state.m_lastRtt))
{
    return state.m_lastRtt;
}

/**
 * Tell the state block of a round-trip time: beside m_srtt, m_lastRtt is the last sample.
 * @tparam S TcpSocketState
 * @tparam T Time
 * @param state the state block
 * @param smoothed smoothed round-trip time
 * @param sample the last sample
 * @return nothing
 */
template <typename S, typename T>
auto
NoteRtt(S& state, const T& smoothed, const T& sample, int) -> decltype(state.m_srtt, void())
{
    state.m_srtt = smoothed;
    state.m_lastRtt = sample;
}

/**
 * The same in older versions, in which m_lastRtt is the smoothed one.
 * @tparam S TcpSocketState
 * @tparam T Time
 * @param state the state block
 * @param smoothed smoothed round-trip time
 */
template <typename S, typename T>
auto
NoteRtt(S& state, const T& smoothed, const T&, long) -> void
{
    state.m_lastRtt = smoothed;
}

/**
 * Tell the state block whether the congestion window limits the sender: since 3.44.
 * @tparam S TcpSocketState
 * @param state the state block
 * @param limited it does
 * @return nothing
 */
template <typename S>
auto
NoteCwndLimited(S& state, bool limited, int) -> decltype(state.m_isCwndLimited, void())
{
    state.m_isCwndLimited = limited;
}

/** Nothing to tell in older versions. */
template <typename S>
auto
NoteCwndLimited(S&, bool, long) -> void
{
}

/**
 * Tell the state block whether SACK is in use: after 3.48.
 * @tparam S TcpSocketState
 * @param state the state block
 * @param sack it is
 * @return nothing
 */
template <typename S>
auto
NoteSack(S& state, bool sack, int) -> decltype(state.m_sackEnabled, void())
{
    state.m_sackEnabled = sack;
}

/** Nothing to tell in older versions. */
template <typename S>
auto
NoteSack(S&, bool, long) -> void
{
}

/**
 * Give the rate estimator to a congestion control: since 3.45.
 * @tparam C TcpCongestionOps
 * @tparam R Ptr<TcpRateOps>
 * @param control the congestion control
 * @param rate the rate estimator
 * @return nothing
 */
template <typename C, typename R>
auto
GiveRateOps(C& control, const R& rate, int) -> decltype(control.SetRateOps(rate), void())
{
    control.SetRateOps(rate);
}

/** Nothing to give in older versions. */
template <typename C, typename R>
auto
GiveRateOps(C&, const R&, long) -> void
{
}

/**
 * TcpRecoveryOps::EnterRecovery, with the bytes SACKed as its last argument since 3.43.
 * @tparam O TcpRecoveryOps
 * @tparam S Ptr<TcpSocketState>
 * @param ops the recovery
 * @param state the state block
 * @param dupAcks duplicate acknowledgments
 * @param outstanding bytes sent and not acknowledged
 * @param delivered bytes delivered by this acknowledgment
 * @param sacked bytes SACKed in all
 * @return nothing
 */
template <typename O, typename S>
auto
EnterRecovery(O& ops,
              const S& state,
              uint32_t dupAcks,
              uint32_t outstanding,
              uint32_t delivered,
              uint32_t sacked,
              int) -> decltype(ops.EnterRecovery(state, dupAcks, outstanding, delivered, sacked))
{
    ops.EnterRecovery(state, dupAcks, outstanding, delivered, sacked);
}

/**
 * The same in older versions.
 * @tparam O TcpRecoveryOps
 * @tparam S Ptr<TcpSocketState>
 * @param ops the recovery
 * @param state the state block
 * @param dupAcks duplicate acknowledgments
 * @param outstanding bytes sent and not acknowledged
 * @param delivered bytes delivered by this acknowledgment
 * @return nothing
 */
template <typename O, typename S>
auto
EnterRecovery(O& ops,
              const S& state,
              uint32_t dupAcks,
              uint32_t outstanding,
              uint32_t delivered,
              uint32_t,
              long) -> decltype(ops.EnterRecovery(state, dupAcks, outstanding, delivered))
{
    ops.EnterRecovery(state, dupAcks, outstanding, delivered);
}

/**
 * TcpRecoveryOps::DoRecovery, told of duplicates since 3.43.
 * @tparam O TcpRecoveryOps
 * @tparam S Ptr<TcpSocketState>
 * @param ops the recovery
 * @param state the state block
 * @param delivered bytes delivered by this acknowledgment
 * @param duplicate the acknowledgment is a duplicate
 * @return nothing
 */
template <typename O, typename S>
auto
DoRecovery(O& ops, const S& state, uint32_t delivered, bool duplicate, int)
    -> decltype(ops.DoRecovery(state, delivered, duplicate))
{
    ops.DoRecovery(state, delivered, duplicate);
}

/**
 * The same in older versions.
 * @tparam O TcpRecoveryOps
 * @tparam S Ptr<TcpSocketState>
 * @param ops the recovery
 * @param state the state block
 * @param delivered bytes delivered by this acknowledgment
 * @return nothing
 */
template <typename O, typename S>
auto
DoRecovery(O& ops, const S& state, uint32_t delivered, bool, long)
    -> decltype(ops.DoRecovery(state, delivered))
{
    ops.DoRecovery(state, delivered);
}

/**
 * An accessor of an enumeration; MakeEnumAccessor takes its type as argument since 3.41.
 * @tparam E the enumeration
 * @param set setter
 * @param get getter
 * @return the accessor
 */
template <typename E, typename S, typename G>
auto
EnumAccessorOf(S set, G get, int) -> decltype(MakeEnumAccessor<E>(set, get))
{
    return MakeEnumAccessor<E>(set, get);
}

/**
 * The same in older versions.
 * @tparam E the enumeration
 * @param set setter
 * @param get getter
 * @return the accessor
 */
template <typename E, typename S, typename G>
auto
EnumAccessorOf(S set, G get, long) -> decltype(MakeEnumAccessor(set, get))
{
    return MakeEnumAccessor(set, get);
}

/**
 * The accessor of an enumeration on any version.
 * @tparam E the enumeration
 * @param set setter
 * @param get getter
 * @return the accessor
 */
template <typename E, typename S, typename G>
auto
EnumAccessor(S set, G get)
{
    return EnumAccessorOf<E>(set, get, 0);
}

/**
 * An application whose AssignStreams is virtual, as it is in newer versions.
 * @tparam A Application
 */
template <typename A>
class WithStreams : public A
{
  public:
    /** @return streams used, of those from the given one on */
    virtual int64_t AssignStreams(int64_t)
    {
        return 0;
    }
};

/**
 * What an application derives from, so that AssignStreams overrides on every version.
 * @tparam A Application
 */
template <typename A, typename = void>
struct StreamsBase
{
    using Type = WithStreams<A>; //!< The base.
};

/** The same where Application has AssignStreams. */
template <typename A>
struct StreamsBase<A, std::void_t<decltype(&A::AssignStreams)>>
{
    using Type = A; //!< The base.
};

} // namespace TcpConnCompat
} // namespace ns3

#endif /* TCP_CONN_COMPAT_H */
