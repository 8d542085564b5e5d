// SPDX-License-Identifier: GPL-3.0-or-later
// System calls: seccomp. A call that is not on the list does not exist (ENOSYS), since libraries try newer calls
// and fall back, and a server that keeps evidence must not die of a library's update. What only an intruder
// would try ends the process.
#include <netinet/in.h>
#include <seccomp.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <memory>

#include "sync-server/sandbox/sandbox.hpp"

namespace dokaz::server {
namespace {

constexpr int allowed_calls[] = {
    // memory and threads
    SCMP_SYS(brk), SCMP_SYS(munmap), SCMP_SYS(mremap), SCMP_SYS(madvise), SCMP_SYS(mlock), SCMP_SYS(mlock2),
    SCMP_SYS(munlock), SCMP_SYS(membarrier), SCMP_SYS(futex), SCMP_SYS(set_robust_list), SCMP_SYS(get_robust_list),
    SCMP_SYS(rseq), SCMP_SYS(exit), SCMP_SYS(exit_group), SCMP_SYS(gettid), SCMP_SYS(getpid), SCMP_SYS(getppid),
    SCMP_SYS(sched_yield), SCMP_SYS(sched_getaffinity), SCMP_SYS(sched_setaffinity), SCMP_SYS(sched_getparam),
    SCMP_SYS(sched_getscheduler), SCMP_SYS(sched_get_priority_max), SCMP_SYS(sched_get_priority_min),
    SCMP_SYS(setpriority), SCMP_SYS(getpriority), SCMP_SYS(set_tid_address), SCMP_SYS(restart_syscall),
    SCMP_SYS(getcpu), SCMP_SYS(arch_prctl),
    // signals
    SCMP_SYS(rt_sigaction), SCMP_SYS(rt_sigprocmask), SCMP_SYS(rt_sigreturn), SCMP_SYS(rt_sigtimedwait),
    SCMP_SYS(rt_sigpending), SCMP_SYS(rt_sigsuspend), SCMP_SYS(sigaltstack), SCMP_SYS(signalfd4),
    SCMP_SYS(alarm), SCMP_SYS(setitimer), SCMP_SYS(pause),
    // clocks and waiting
    SCMP_SYS(clock_gettime), SCMP_SYS(clock_getres), SCMP_SYS(clock_nanosleep), SCMP_SYS(nanosleep),
    SCMP_SYS(gettimeofday), SCMP_SYS(time), SCMP_SYS(timerfd_create), SCMP_SYS(timerfd_settime),
    SCMP_SYS(timerfd_gettime), SCMP_SYS(epoll_create1), SCMP_SYS(epoll_create), SCMP_SYS(epoll_ctl),
    SCMP_SYS(epoll_wait), SCMP_SYS(epoll_pwait), SCMP_SYS(poll), SCMP_SYS(ppoll), SCMP_SYS(select),
    SCMP_SYS(pselect6), SCMP_SYS(eventfd2), SCMP_SYS(pipe), SCMP_SYS(pipe2),
    // files
    SCMP_SYS(read), SCMP_SYS(write), SCMP_SYS(readv), SCMP_SYS(writev), SCMP_SYS(pread64), SCMP_SYS(pwrite64),
    SCMP_SYS(preadv), SCMP_SYS(pwritev), SCMP_SYS(open), SCMP_SYS(openat), SCMP_SYS(close), SCMP_SYS(close_range),
    SCMP_SYS(lseek), SCMP_SYS(stat), SCMP_SYS(fstat), SCMP_SYS(lstat), SCMP_SYS(newfstatat), SCMP_SYS(statx),
    SCMP_SYS(statfs), SCMP_SYS(fstatfs), SCMP_SYS(access), SCMP_SYS(faccessat), SCMP_SYS(faccessat2),
    SCMP_SYS(fsync), SCMP_SYS(fdatasync), SCMP_SYS(sync_file_range), SCMP_SYS(ftruncate), SCMP_SYS(fallocate),
    SCMP_SYS(fadvise64), SCMP_SYS(readahead), SCMP_SYS(copy_file_range), SCMP_SYS(sendfile), SCMP_SYS(flock),
    SCMP_SYS(rename), SCMP_SYS(renameat), SCMP_SYS(renameat2), SCMP_SYS(link), SCMP_SYS(linkat), SCMP_SYS(unlink),
    SCMP_SYS(unlinkat), SCMP_SYS(mkdir), SCMP_SYS(mkdirat), SCMP_SYS(rmdir), SCMP_SYS(chmod), SCMP_SYS(fchmod),
    SCMP_SYS(fchmodat), SCMP_SYS(fchown), SCMP_SYS(umask), SCMP_SYS(utimensat), SCMP_SYS(getdents64),
    SCMP_SYS(getdents), SCMP_SYS(readlink), SCMP_SYS(readlinkat), SCMP_SYS(getcwd), SCMP_SYS(dup), SCMP_SYS(dup2),
    SCMP_SYS(dup3), SCMP_SYS(fcntl),
    // the network
    SCMP_SYS(socketpair), SCMP_SYS(connect), SCMP_SYS(accept), SCMP_SYS(accept4),
    SCMP_SYS(shutdown), SCMP_SYS(getsockname), SCMP_SYS(getpeername), SCMP_SYS(getsockopt), SCMP_SYS(setsockopt),
    SCMP_SYS(recvfrom), SCMP_SYS(recvmsg), SCMP_SYS(recvmmsg),
    // what it is
    SCMP_SYS(getuid), SCMP_SYS(geteuid), SCMP_SYS(getgid), SCMP_SYS(getegid), SCMP_SYS(getrandom), SCMP_SYS(uname),
    SCMP_SYS(sysinfo), SCMP_SYS(getrlimit), SCMP_SYS(getrusage), SCMP_SYS(times)};

/// Nobody who serves evidence calls these.
constexpr int deadly_calls[] = {
    SCMP_SYS(execve), SCMP_SYS(execveat), SCMP_SYS(fork), SCMP_SYS(vfork), SCMP_SYS(ptrace),
    SCMP_SYS(process_vm_readv), SCMP_SYS(process_vm_writev), SCMP_SYS(pidfd_getfd), SCMP_SYS(mount),
    SCMP_SYS(umount2), SCMP_SYS(pivot_root), SCMP_SYS(chroot), SCMP_SYS(move_mount), SCMP_SYS(fsopen),
    SCMP_SYS(fsconfig), SCMP_SYS(fsmount), SCMP_SYS(open_tree), SCMP_SYS(unshare), SCMP_SYS(setns),
    SCMP_SYS(init_module), SCMP_SYS(finit_module), SCMP_SYS(delete_module), SCMP_SYS(kexec_load),
    SCMP_SYS(kexec_file_load), SCMP_SYS(bpf), SCMP_SYS(perf_event_open), SCMP_SYS(userfaultfd), SCMP_SYS(keyctl),
    SCMP_SYS(add_key), SCMP_SYS(request_key), SCMP_SYS(io_uring_setup), SCMP_SYS(open_by_handle_at),
    SCMP_SYS(setuid), SCMP_SYS(setgid), SCMP_SYS(setreuid), SCMP_SYS(setregid), SCMP_SYS(setresuid),
    SCMP_SYS(setresgid), SCMP_SYS(setgroups), SCMP_SYS(capset), SCMP_SYS(reboot), SCMP_SYS(swapon),
    SCMP_SYS(personality), SCMP_SYS(mknod), SCMP_SYS(mknodat)};

struct Release {
  void operator()(void* context) const { seccomp_release(context); }
};

}  // namespace

Status confine_calls(Lookups lookups) {
  const std::unique_ptr<void, Release> owner(seccomp_init(SCMP_ACT_ERRNO(ENOSYS)));
  scmp_filter_ctx context = owner.get();
  if (context == nullptr) return fail(Errc::io_error, "seccomp");
  bool good = seccomp_attr_set(context, SCMP_FLTATR_CTL_TSYNC, 1) == 0;
  const auto rule = [&](std::uint32_t action, int call, auto... conditions) {
    good &= seccomp_rule_add(context, action, call, sizeof...(conditions), conditions...) == 0;
  };
  for (const int call : allowed_calls) rule(SCMP_ACT_ALLOW, call);
  for (const int call : deadly_calls) rule(SCMP_ACT_KILL_PROCESS, call);
  // A thread, but no process: clone3 hides its flags behind a pointer and so does not exist; glibc falls back.
  constexpr scmp_datum_t thread = 0x00010000;  // CLONE_THREAD
  rule(SCMP_ACT_ALLOW, SCMP_SYS(clone), SCMP_A0(SCMP_CMP_MASKED_EQ, thread, thread));
  // No memory that is executed, but what the resolver's libraries map from their files; never written as well.
  constexpr scmp_datum_t both = PROT_WRITE | PROT_EXEC;
  for (const scmp_datum_t rights : {scmp_datum_t{0}, scmp_datum_t{PROT_WRITE}})
    rule(SCMP_ACT_ALLOW, SCMP_SYS(mmap), SCMP_A2(SCMP_CMP_MASKED_EQ, both, rights));
  if (lookups == Lookups::made)
    rule(SCMP_ACT_ALLOW, SCMP_SYS(mmap), SCMP_A2(SCMP_CMP_MASKED_EQ, both, scmp_datum_t{PROT_EXEC}));
  rule(SCMP_ACT_ALLOW, SCMP_SYS(mprotect), SCMP_A2(SCMP_CMP_MASKED_EQ, static_cast<scmp_datum_t>(PROT_EXEC), 0));
  // Landlock's rules for ports hold for plain TCP and an ordinary connect. So no other kind of socket, but what the
  // resolver needs, and no connecting by sending.
  constexpr scmp_datum_t kind = 0xf;  // without SOCK_CLOEXEC and SOCK_NONBLOCK
  const auto socket_rule = [&](int family, int type, int protocol) {
    rule(SCMP_ACT_ALLOW, SCMP_SYS(socket), SCMP_A0(SCMP_CMP_EQ, static_cast<scmp_datum_t>(family)),
         SCMP_A1(SCMP_CMP_MASKED_EQ, kind, static_cast<scmp_datum_t>(type)),
         SCMP_A2(SCMP_CMP_EQ, static_cast<scmp_datum_t>(protocol)));
  };
  for (const int family : {AF_INET, AF_INET6}) {
    for (const int protocol : {0, int{IPPROTO_TCP}}) socket_rule(family, SOCK_STREAM, protocol);
    if (lookups != Lookups::made) continue;
    for (const int protocol : {0, int{IPPROTO_UDP}}) socket_rule(family, SOCK_DGRAM, protocol);
  }
  if (lookups == Lookups::made) socket_rule(AF_UNIX, SOCK_STREAM, 0);  // the machine's own resolver
  constexpr scmp_datum_t fast_open = 0x20000000;  // MSG_FASTOPEN
  rule(SCMP_ACT_ALLOW, SCMP_SYS(sendto), SCMP_A3(SCMP_CMP_MASKED_EQ, fast_open, 0));
  rule(SCMP_ACT_ALLOW, SCMP_SYS(sendmsg), SCMP_A2(SCMP_CMP_MASKED_EQ, fast_open, 0));
  rule(SCMP_ACT_ALLOW, SCMP_SYS(sendmmsg), SCMP_A3(SCMP_CMP_MASKED_EQ, fast_open, 0));
  for (const scmp_datum_t request : {FIONBIO, FIONREAD, FIOCLEX, TCGETS, TIOCGWINSZ})
    rule(SCMP_ACT_ALLOW, SCMP_SYS(ioctl), SCMP_A1(SCMP_CMP_EQ, request));
  rule(SCMP_ACT_ALLOW, SCMP_SYS(tgkill), SCMP_A0(SCMP_CMP_EQ, static_cast<scmp_datum_t>(::getpid())));
  // No further port, and nobody else's limits; the threads' names are harmless.
  rule(SCMP_ACT_ERRNO(EACCES), SCMP_SYS(listen));
  rule(SCMP_ACT_ALLOW, SCMP_SYS(prlimit64), SCMP_A2(SCMP_CMP_EQ, 0));
  rule(SCMP_ACT_ALLOW, SCMP_SYS(prctl), SCMP_A0(SCMP_CMP_EQ, 15));
  if (!good || seccomp_load(context) != 0) return fail(Errc::io_error, "seccomp");
  return {};
}

}  // namespace dokaz::server
