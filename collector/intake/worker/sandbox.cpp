// SPDX-License-Identifier: GPL-3.0-or-later
#include "collector/intake/worker/sandbox.hpp"

#include <seccomp.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <memory>

namespace dokaz::intake {
namespace {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool sanitizer_maps_terabytes = true;
#else
constexpr bool sanitizer_maps_terabytes = false;
#endif

bool limit(__rlimit_resource_t resource, std::uint64_t value) {
  const rlimit wanted{value, value};
  return setrlimit(resource, &wanted) == 0;
}

bool limit_resources(const SandboxLimits& limits) {
  return (sanitizer_maps_terabytes || limit(RLIMIT_AS, limits.memory)) && limit(RLIMIT_CPU, limits.cpu_seconds) &&
         limit(RLIMIT_FSIZE, limits.output) && limit(RLIMIT_NOFILE, 16) && limit(RLIMIT_NPROC, 0) && limit(RLIMIT_CORE, 0);
}

// The kernel's numbers; headers of Debian 12 know only the second version of the interface.
constexpr unsigned landlock_version_flag = 1;
struct LandlockRules {
  std::uint64_t files = 0, network = 0, scopes = 0;
};

/// A set of rules without any rule: no file, no network, no signal beyond. Best effort.
void close_files_and_network() {
#ifdef __NR_landlock_create_ruleset
  const long version = syscall(__NR_landlock_create_ruleset, nullptr, 0, landlock_version_flag);
  if (version < 1) return;
  LandlockRules rules;
  const int file_rights = version >= 5 ? 16 : version >= 3 ? 15 : version == 2 ? 14 : 13;
  rules.files = (std::uint64_t{1} << file_rights) - 1;
  if (version >= 4) rules.network = 3;
  if (version >= 6) rules.scopes = 3;
  const std::size_t known = version >= 6 ? 24 : version >= 4 ? 16 : 8;
  const long set = syscall(__NR_landlock_create_ruleset, &rules, known, 0);
  if (set < 0) return;
  syscall(__NR_landlock_restrict_self, set, 0);
  close(static_cast<int>(set));
#endif
}

struct Release {
  void operator()(void* context) const { seccomp_release(context); }
};

bool filter_calls(int input_fd, int result_fd) {
  const std::unique_ptr<void, Release> owner(seccomp_init(SCMP_ACT_KILL_PROCESS));
  scmp_filter_ctx context = owner.get();
  if (!context) return false;
  bool good = true;
  const auto allow = [&](int call) { good &= seccomp_rule_add(context, SCMP_ACT_ALLOW, call, 0) == 0; };
  const auto allow_if = [&](int call, auto... conditions) {
    good &= seccomp_rule_add(context, SCMP_ACT_ALLOW, call, sizeof...(conditions), conditions...) == 0;
  };
  for (const int call : {SCMP_SYS(brk), SCMP_SYS(munmap), SCMP_SYS(mremap), SCMP_SYS(madvise), SCMP_SYS(exit),
                         SCMP_SYS(exit_group), SCMP_SYS(futex), SCMP_SYS(rt_sigreturn), SCMP_SYS(rt_sigprocmask),
                         SCMP_SYS(getrandom), SCMP_SYS(restart_syscall), SCMP_SYS(clock_gettime),
                         SCMP_SYS(gettimeofday), SCMP_SYS(sched_yield)})
    allow(call);
  constexpr scmp_datum_t executable = PROT_EXEC, anonymous = MAP_ANONYMOUS;
  allow_if(SCMP_SYS(mmap), SCMP_A2(SCMP_CMP_MASKED_EQ, executable, 0),
           SCMP_A3(SCMP_CMP_MASKED_EQ, anonymous, anonymous));
  allow_if(SCMP_SYS(mprotect), SCMP_A2(SCMP_CMP_MASKED_EQ, executable, 0));
  allow_if(SCMP_SYS(write), SCMP_A0(SCMP_CMP_EQ, static_cast<scmp_datum_t>(result_fd)));
  allow_if(SCMP_SYS(pread64), SCMP_A0(SCMP_CMP_EQ, static_cast<scmp_datum_t>(input_fd)));
  // What libraries try on their error paths, or to find a user's settings, gets an error, not death.
  for (const int call : {SCMP_SYS(open), SCMP_SYS(openat), SCMP_SYS(access), SCMP_SYS(stat), SCMP_SYS(lstat),
                         SCMP_SYS(fstat), SCMP_SYS(newfstatat), SCMP_SYS(statx), SCMP_SYS(readlink), SCMP_SYS(getcwd),
                         SCMP_SYS(ioctl), SCMP_SYS(lseek), SCMP_SYS(getpid), SCMP_SYS(close), SCMP_SYS(getuid), SCMP_SYS(geteuid),
                         SCMP_SYS(socket), SCMP_SYS(sysinfo)})
    good &= seccomp_rule_add(context, SCMP_ACT_ERRNO(EACCES), call, 0) == 0;
  return good && seccomp_load(context) == 0;
}

}  // namespace

bool enter_sandbox(int input_fd, int result_fd, const SandboxLimits& limits) {
  if (prctl(PR_SET_DUMPABLE, 0) != 0 || prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return false;
  close_files_and_network();
  return limit_resources(limits) && filter_calls(input_fd, result_fd);
}

}  // namespace dokaz::intake
