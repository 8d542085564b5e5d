// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/unit/collector/kill_points.hpp"

#include <dlfcn.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <cstdio>

namespace {

struct Shared {
  std::atomic<std::uint64_t> count{0}, at{0};
  std::atomic<int> signal{SIGKILL};
};

Shared& shared() {
  static auto* const mapped = static_cast<Shared*>(
      ::mmap(nullptr, sizeof(Shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0));
  return *mapped;
}

/// Before the call: what it would have done is not done.
void point(int descriptor = -1) {
  if (descriptor >= 0 && descriptor <= STDERR_FILENO) return;
  const std::uint64_t call = ++shared().count;
  if (call == shared().at) ::raise(shared().signal);
}

template <class F>
F next(const char* name) {
  return reinterpret_cast<F>(::dlsym(RTLD_NEXT, name));
}

}  // namespace

namespace dokaz::test {

void kill_at(std::uint64_t call) {
  shared().signal = SIGKILL;
  shared().at = call;
  shared().count = 0;
}
void stop_at(std::uint64_t call) {
  kill_at(call);
  shared().signal = SIGSTOP;
}
std::uint64_t calls_counted() { return shared().count; }

}  // namespace dokaz::test

extern "C" {

ssize_t write(int file, const void* bytes, size_t count) {
  static const auto real = next<ssize_t (*)(int, const void*, size_t)>("write");
  point(file);
  return real(file, bytes, count);
}
ssize_t pwrite(int file, const void* bytes, size_t count, off_t at) {
  static const auto real = next<ssize_t (*)(int, const void*, size_t, off_t)>("pwrite");
  point(file);
  return real(file, bytes, count, at);
}
ssize_t pwrite64(int file, const void* bytes, size_t count, off64_t at) {
  static const auto real = next<ssize_t (*)(int, const void*, size_t, off64_t)>("pwrite64");
  point(file);
  return real(file, bytes, count, at);
}
int fsync(int file) {
  static const auto real = next<int (*)(int)>("fsync");
  point();
  return real(file);
}
int fdatasync(int file) {
  static const auto real = next<int (*)(int)>("fdatasync");
  point();
  return real(file);
}
int ftruncate64(int file, off64_t size) {
  static const auto real = next<int (*)(int, off64_t)>("ftruncate64");
  point();
  return real(file, size);
}
int rename(const char* from, const char* to) {
  static const auto real = next<int (*)(const char*, const char*)>("rename");
  point();
  return real(from, to);
}
int renameat2(int from_folder, const char* from, int to_folder, const char* to, unsigned flags) {
  static const auto real = next<int (*)(int, const char*, int, const char*, unsigned)>("renameat2");
  point();
  return real(from_folder, from, to_folder, to, flags);
}
int unlink(const char* path) {
  static const auto real = next<int (*)(const char*)>("unlink");
  point();
  return real(path);
}
int unlinkat(int folder, const char* path, int flags) {
  static const auto real = next<int (*)(int, const char*, int)>("unlinkat");
  point();
  return real(folder, path, flags);
}
int remove(const char* path) {
  static const auto real = next<int (*)(const char*)>("remove");
  point();
  return real(path);
}
int rmdir(const char* path) {
  static const auto real = next<int (*)(const char*)>("rmdir");
  point();
  return real(path);
}
int mkdir(const char* path, mode_t mode) {
  static const auto real = next<int (*)(const char*, mode_t)>("mkdir");
  point();
  return real(path, mode);
}

}  // extern "C"
