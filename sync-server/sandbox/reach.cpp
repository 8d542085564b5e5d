// SPDX-License-Identifier: GPL-3.0-or-later
// Files and addresses: Landlock.
#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>

#include "crypto/files.hpp"
#include "sync-server/sandbox/sandbox.hpp"

namespace dokaz::server {
namespace {

// The kernel's numbers: headers of Debian 12 know only the second version of the interface.
constexpr unsigned version_flag = 1;
constexpr int path_rule = 1;
constexpr int port_rule = 2;
constexpr std::uint64_t execute = 1 << 0;
constexpr std::uint64_t write_file = 1 << 1;
constexpr std::uint64_t read_file = 1 << 2;
constexpr std::uint64_t read_folder = 1 << 3;
constexpr std::uint64_t make_device = (1 << 6) | (1 << 11);  // character, block
constexpr std::uint64_t truncate = 1 << 14;
constexpr std::uint64_t device_control = 1 << 15;
constexpr std::uint64_t of_files = execute | write_file | read_file | truncate | device_control;
constexpr std::uint64_t bind_port = 1 << 0;
constexpr std::uint64_t connect_port = 1 << 1;

struct Rules {
  std::uint64_t files = 0;
  std::uint64_t network = 0;
  std::uint64_t scopes = 0;
};
struct [[gnu::packed]] PathRule {
  std::uint64_t allowed = 0;
  std::int32_t folder = -1;
};
struct PortRule {
  std::uint64_t allowed = 0;
  std::uint64_t port = 0;
};

/// Below 1 where the kernel has no Landlock, or it is switched off.
long landlock_version() { return ::syscall(SYS_landlock_create_ruleset, nullptr, 0, version_flag); }

Rules all_rules(long version) {
  const int file_rights = version >= 5 ? 16 : version >= 3 ? 15 : 14;
  Rules rules;
  rules.files = (std::uint64_t{1} << file_rights) - 1;
  if (version >= 4) rules.network = bind_port | connect_port;
  if (version >= 6) rules.scopes = 3;  // no abstract socket and no signal to anybody outside
  return rules;
}

class RuleSet {
 public:
  static Result<RuleSet> make(long version) {
    const Rules rules = all_rules(version);
    const std::size_t known = version >= 6 ? 24 : version >= 4 ? 16 : 8;
    const long descriptor = ::syscall(SYS_landlock_create_ruleset, &rules, known, 0);
    if (descriptor < 0) return fail(Errc::io_error, "landlock");
    return RuleSet(File::adopt(static_cast<int>(descriptor)), rules);
  }

  /// not_found if there is no such path.
  Status allow(const Path& path, std::uint64_t rights) {
    const int opened = ::open(path.c_str(), O_PATH | O_CLOEXEC);
    if (opened < 0) return Errc::not_found;
    const File place = File::adopt(opened);
    struct stat kind {};
    if (::fstat(opened, &kind) != 0) return Errc::io_error;
    rights &= rules_.files;
    if (!S_ISDIR(kind.st_mode)) rights &= of_files;
    const PathRule rule{rights, opened};
    return add(path_rule, &rule);
  }
  Status allow_port(std::uint16_t port, std::uint64_t right) {
    if ((rules_.network & right) == 0) return {};
    const PortRule rule{right, port};
    return add(port_rule, &rule);
  }
  Status enforce() const {
    if (::syscall(SYS_landlock_restrict_self, file_.descriptor(), 0) != 0) return fail(Errc::io_error, "landlock");
    return {};
  }

 private:
  RuleSet(File file, const Rules& rules) : file_(std::move(file)), rules_(rules) {}
  Status add(int kind, const void* rule) const {
    if (::syscall(SYS_landlock_add_rule, file_.descriptor(), kind, rule, 0) == 0) return {};
    if (errno == EBADFD) return {};  // a pipe (/dev/fd/N): it lies in no folder, and no rule is for it
    return fail(Errc::io_error, "landlock");
  }
  File file_;
  Rules rules_;
};

}  // namespace

std::vector<std::filesystem::path> files_for_calling() {
  // /etc as a whole: a rule is for the file that is there now, and whoever renews the machine's address, or
  // edits hosts, puts a new file in the old one's place.
  return {"/etc",
          "/usr/share/ca-certificates",
          "/usr/local/share/ca-certificates",
          "/run/systemd/resolve",
          "/run/resolvconf",
          "/run/NetworkManager",
          "/usr/lib",
          "/lib",
          "/lib64",
          "/usr/lib64"};
}

Result<Confinement> confine_reach(const Reach& reach) {
  const rlimit none{0, 0};
  if (::setrlimit(RLIMIT_CORE, &none) != 0) return fail(Errc::io_error, "core");
  if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return fail(Errc::io_error, "no new privileges");
  const long version = landlock_version();
  // The first version has no right to move a file to another folder, which finished uploads are.
  if (version < 2) return Confinement::none;

  DOKAZ_LET(rules, RuleSet::make(version));
  const std::uint64_t worked_on = ~std::uint64_t{0} & ~(execute | make_device | device_control);
  DOKAZ_TRY(rules.allow(reach.data, worked_on));
  const auto allow_if_there = [&rules](const Path& path, std::uint64_t rights) -> Status {
    Status allowed = rules.allow(path, rights);
    return !allowed && allowed.code() == Errc::not_found ? Status{} : std::move(allowed);
  };
  for (const Path& folder : reach.written) DOKAZ_TRY(allow_if_there(folder, worked_on));
  std::vector<Path> readable = reach.readable;
  // OpenSSL's settings, and where libraries look for randomness and nothing.
  for (const char* always : {"/usr/lib/ssl", "/etc/ssl/openssl.cnf", "/dev/urandom", "/dev/null"})
    readable.emplace_back(always);
  for (const Path& path : readable) DOKAZ_TRY(allow_if_there(path, read_file | read_folder));
  if (reach.terminal) DOKAZ_TRY(allow_if_there("/dev/tty", read_file | write_file | device_control));
  for (const std::uint16_t port : reach.listened) DOKAZ_TRY(rules.allow_port(port, bind_port));
  for (const std::uint16_t port : reach.called) DOKAZ_TRY(rules.allow_port(port, connect_port));
  DOKAZ_TRY(rules.enforce());
  return version >= 4 ? Confinement::full : Confinement::files;
}

}  // namespace dokaz::server
