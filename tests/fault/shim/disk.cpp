// SPDX-License-Identifier: GPL-3.0-or-later
// A disk that fails when a test says so (LD_PRELOAD): the n-th call of a kind, on ordinary files and folders only,
// does nothing and gives the errno that was asked for; or the program ends there, as by kill -9.
#include <dlfcn.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/uio.h>

#include <cerrno>
#include <cstdarg>

#include "tests/fault/shim/control.hpp"

namespace dokaz::fault {
namespace {

enum Calls : std::uint32_t {
  call_write = 1, call_sync = 2, call_name = 4, call_create = 8, call_size = 16, call_remove = 32
};

[[gnu::constructor]] void map_early() { control(); }

/// Whether this call, being of that kind, must fail; errno is set then.
bool must_fail(Calls kind) {
  Control* const now = control();
  if (now == nullptr || (now->calls & kind) == 0) return false;
  const std::uint64_t number = ++now->count;
  const std::uint64_t from = now->fail_from;
  if (from == 0 || number < from || number > now->fail_until) return false;
  ++now->failed;
  if (now->error < 0) ::kill(::getpid(), -now->error);  // all of its threads, before the call
  errno = now->error;
  return true;
}

/// Not the streams, pipes and sockets of the program.
bool is_on_disk(int descriptor) {
  struct stat info {};
  const int kept = errno;
  const bool known = descriptor > STDERR_FILENO && ::fstat(descriptor, &info) == 0;
  errno = kept;
  return known && (S_ISREG(info.st_mode) || S_ISDIR(info.st_mode));
}

/// A file that gets no longer needs no room.
bool is_refused_size(int descriptor, std::int64_t size) {
  struct stat info {};
  if (!is_on_disk(descriptor)) return false;
  if (control() != nullptr && control()->error == ENOSPC && ::fstat(descriptor, &info) == 0 && size <= info.st_size)
    return false;
  return must_fail(call_size);
}

template <class F>
F next(const char* name) {
  return reinterpret_cast<F>(::dlsym(RTLD_NEXT, name));
}

mode_t mode_in(int flags, std::va_list arguments) {
  return (flags & (O_CREAT | O_TMPFILE)) != 0 ? va_arg(arguments, mode_t) : 0;
}

}  // namespace
}  // namespace dokaz::fault

using namespace dokaz::fault;

// The declarations of libc differ in attributes between versions; these are what the linker sees.
extern "C" {

#define DOKAZ_OPEN(name)                                                        \
  int name(const char* path, int flags, ...) {                                  \
    static const auto real = next<int (*)(const char*, int, ...)>(#name);       \
    std::va_list arguments;                                                     \
    va_start(arguments, flags);                                                 \
    const mode_t mode = mode_in(flags, arguments);                              \
    va_end(arguments);                                                          \
    if ((flags & O_CREAT) != 0 && must_fail(call_create)) return -1;            \
    return real(path, flags, mode);                                             \
  }
DOKAZ_OPEN(open)
DOKAZ_OPEN(open64)

#define DOKAZ_OPENAT(name)                                                      \
  int name(int folder, const char* path, int flags, ...) {                      \
    static const auto real = next<int (*)(int, const char*, int, ...)>(#name);  \
    std::va_list arguments;                                                     \
    va_start(arguments, flags);                                                 \
    const mode_t mode = mode_in(flags, arguments);                              \
    va_end(arguments);                                                          \
    if ((flags & O_CREAT) != 0 && must_fail(call_create)) return -1;            \
    return real(folder, path, flags, mode);                                     \
  }
DOKAZ_OPENAT(openat)
DOKAZ_OPENAT(openat64)

int mkdir(const char* path, mode_t mode) {
  static const auto real = next<int (*)(const char*, mode_t)>("mkdir");
  return must_fail(call_create) ? -1 : real(path, mode);
}

ssize_t write(int descriptor, const void* bytes, size_t count) {
  static const auto real = next<ssize_t (*)(int, const void*, size_t)>("write");
  return is_on_disk(descriptor) && must_fail(call_write) ? -1 : real(descriptor, bytes, count);
}
ssize_t writev(int descriptor, const iovec* parts, int count) {
  static const auto real = next<ssize_t (*)(int, const iovec*, int)>("writev");
  return is_on_disk(descriptor) && must_fail(call_write) ? -1 : real(descriptor, parts, count);
}
ssize_t pwrite(int descriptor, const void* bytes, size_t count, off_t offset) {
  static const auto real = next<ssize_t (*)(int, const void*, size_t, off_t)>("pwrite");
  return is_on_disk(descriptor) && must_fail(call_write) ? -1 : real(descriptor, bytes, count, offset);
}
ssize_t pwrite64(int descriptor, const void* bytes, size_t count, off64_t offset) {
  static const auto real = next<ssize_t (*)(int, const void*, size_t, off64_t)>("pwrite64");
  return is_on_disk(descriptor) && must_fail(call_write) ? -1 : real(descriptor, bytes, count, offset);
}

int fsync(int descriptor) {
  static const auto real = next<int (*)(int)>("fsync");
  return is_on_disk(descriptor) && must_fail(call_sync) ? -1 : real(descriptor);
}
int fdatasync(int descriptor) {
  static const auto real = next<int (*)(int)>("fdatasync");
  return is_on_disk(descriptor) && must_fail(call_sync) ? -1 : real(descriptor);
}
int syncfs(int descriptor) {
  static const auto real = next<int (*)(int)>("syncfs");
  return is_on_disk(descriptor) && must_fail(call_sync) ? -1 : real(descriptor);
}

int rename(const char* from, const char* to) {
  static const auto real = next<int (*)(const char*, const char*)>("rename");
  return must_fail(call_name) ? -1 : real(from, to);
}
int renameat(int from_folder, const char* from, int to_folder, const char* to) {
  static const auto real = next<int (*)(int, const char*, int, const char*)>("renameat");
  return must_fail(call_name) ? -1 : real(from_folder, from, to_folder, to);
}
int renameat2(int from_folder, const char* from, int to_folder, const char* to, unsigned flags) {
  static const auto real = next<int (*)(int, const char*, int, const char*, unsigned)>("renameat2");
  return must_fail(call_name) ? -1 : real(from_folder, from, to_folder, to, flags);
}
int link(const char* from, const char* to) {
  static const auto real = next<int (*)(const char*, const char*)>("link");
  return must_fail(call_name) ? -1 : real(from, to);
}
int linkat(int from_folder, const char* from, int to_folder, const char* to, int flags) {
  static const auto real = next<int (*)(int, const char*, int, const char*, int)>("linkat");
  return must_fail(call_name) ? -1 : real(from_folder, from, to_folder, to, flags);
}

int unlink(const char* path) {
  static const auto real = next<int (*)(const char*)>("unlink");
  return must_fail(call_remove) ? -1 : real(path);
}
int unlinkat(int folder, const char* path, int flags) {
  static const auto real = next<int (*)(int, const char*, int)>("unlinkat");
  return must_fail(call_remove) ? -1 : real(folder, path, flags);
}
int remove(const char* path) {
  static const auto real = next<int (*)(const char*)>("remove");
  return must_fail(call_remove) ? -1 : real(path);
}
int rmdir(const char* path) {
  static const auto real = next<int (*)(const char*)>("rmdir");
  return must_fail(call_remove) ? -1 : real(path);
}

int ftruncate(int descriptor, off_t size) {
  static const auto real = next<int (*)(int, off_t)>("ftruncate");
  return is_refused_size(descriptor, size) ? -1 : real(descriptor, size);
}
int ftruncate64(int descriptor, off64_t size) {
  static const auto real = next<int (*)(int, off64_t)>("ftruncate64");
  return is_refused_size(descriptor, size) ? -1 : real(descriptor, size);
}
int fallocate64(int descriptor, int mode, off64_t offset, off64_t size) {
  static const auto real = next<int (*)(int, int, off64_t, off64_t)>("fallocate64");
  return is_on_disk(descriptor) && must_fail(call_size) ? -1 : real(descriptor, mode, offset, size);
}
int posix_fallocate64(int descriptor, off64_t offset, off64_t size) {
  static const auto real = next<int (*)(int, off64_t, off64_t)>("posix_fallocate64");
  return is_on_disk(descriptor) && must_fail(call_size) ? errno : real(descriptor, offset, size);
}

}  // extern "C"
