// SPDX-License-Identifier: GPL-3.0-or-later
// The same work for many things on every processor. What comes of it must not depend on the order.
#pragma once

#include <cstddef>
#include <functional>

namespace dokaz {

/// Calls `work(i)` once for each i below `count`, from several threads, and returns when all are done. What `work`
/// throws is thrown here.
void in_parallel(std::size_t count, const std::function<void(std::size_t)>& work);

}  // namespace dokaz
