// SPDX-License-Identifier: GPL-3.0-or-later
// A program's own operator new, which fails when the program says so. Of one source of a program.
#pragma once

#include <cstdlib>
#include <new>

/// Whether the allocation that is asked for now fails. Defined by the program; any thread.
bool allocation_must_fail();

namespace dokaz::server::test {

inline void* allocate_or_fail(std::size_t size) {
  void* memory = allocation_must_fail() ? nullptr : std::malloc(size == 0 ? 1 : size);
  if (memory == nullptr) throw std::bad_alloc();
  return memory;
}

}  // namespace dokaz::server::test

void* operator new(std::size_t size) { return dokaz::server::test::allocate_or_fail(size); }
void* operator new[](std::size_t size) { return dokaz::server::test::allocate_or_fail(size); }
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete[](void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
void operator delete[](void* memory, std::size_t) noexcept { std::free(memory); }

// The disk is not what is tried where memory is.
extern "C" int fsync(int) { return 0; }
extern "C" int fdatasync(int) { return 0; }
