// SPDX-License-Identifier: GPL-3.0-or-later
// All of Asio that the project uses, in one header that is precompiled.
#pragma once

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/connect.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

namespace dokaz {

namespace asio = boost::asio;
using Tcp = asio::ip::tcp;

/// Failures come as values, never as exceptions.
inline constexpr auto as_value = asio::as_tuple(asio::use_awaitable);

}  // namespace dokaz
