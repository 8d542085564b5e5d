// SPDX-License-Identifier: GPL-3.0-or-later
#include "sync-server/publish/metrics.hpp"

#include <fmt/format.h>
#include <sys/stat.h>
#include <sys/statvfs.h>

#include <algorithm>

#include "crypto/files.hpp"

namespace dokaz::server {
namespace {

std::optional<std::int64_t> age_of(const std::filesystem::path& path, std::int64_t now) {
  struct stat state {};
  if (::stat(path.c_str(), &state) != 0) return std::nullopt;
  return std::max<std::int64_t>(0, now - state.st_mtim.tv_sec);
}

class Page {
 public:
  template <class Value>
  void counter(const char* name, const char* help, Value value) {
    head(name, help, "counter");
    text_ += fmt::format("dokaz_{} {}\n", name, value);
  }
  template <class Value>
  void gauge(const char* name, const char* help, Value value) {
    head(name, help, "gauge");
    text_ += fmt::format("dokaz_{} {}\n", name, value);
  }
  template <class Value>
  void gauge(const char* name, const char* help, const std::optional<Value>& value) {
    if (value) gauge(name, help, *value);
  }
  /// One counter by a label of a closed list.
  void counters(const char* name, const char* help, const char* label,
                std::initializer_list<std::pair<const char*, std::uint64_t>> values) {
    head(name, help, "counter");
    for (const auto& [which, value] : values)
      text_ += fmt::format("dokaz_{}{{{}=\"{}\"}} {}\n", name, label, which, value);
  }
  /// One gauge by a label of a closed list.
  void gauges(const char* name, const char* help, const char* label,
              std::initializer_list<std::pair<const char*, std::uint64_t>> values) {
    head(name, help, "gauge");
    for (const auto& [which, value] : values)
      text_ += fmt::format("dokaz_{}{{{}=\"{}\"}} {}\n", name, label, which, value);
  }
  /// One gauge for each that has an age, by its number.
  void ages(const char* name, const char* help, const char* label, const Ages& ages) {
    if (std::ranges::none_of(ages, [](const auto& age) { return age.has_value(); })) return;
    head(name, help, "gauge");
    for (std::size_t i = 0; i < ages.size(); ++i)
      if (ages[i]) text_ += fmt::format("dokaz_{}{{{}=\"{}\"}} {}\n", name, label, i + 1, *ages[i]);
  }
  Bytes bytes() const { return to_bytes(text_); }

 private:
  void head(const char* name, const char* help, const char* type) {
    text_ += fmt::format("# HELP dokaz_{0} {1}\n# TYPE dokaz_{0} {2}\n", name, help, type);
  }
  std::string text_;
};

}  // namespace

FolderFigures look_at(const std::filesystem::path& data_folder, std::int64_t now) {
  FolderFigures out;
  const std::filesystem::path log = data_folder / "log";
  out.checkpoint_age = age_of(log / "checkpoint", now);
  out.cosigned_age = age_of(log / "cosigned", now);
  out.anchor_age = age_of(log / "anchors", now);
  struct statvfs disk {};
  if (::statvfs(data_folder.c_str(), &disk) == 0) out.free_bytes = std::uint64_t{disk.f_bavail} * disk.f_frsize;
  return out;
}

Ages ages_of_witnesses(const Policy& policy, const std::filesystem::path& log, std::int64_t now) {
  Ages out(policy.witnesses().size());
  const auto bytes = read_file(log / "cosigned", max_note_size);
  const auto note = bytes ? Note::parse(*bytes) : Result<Note>(bytes.error());
  const auto trusted = note ? policy.check(*note) : Result<Verified<TrustedCheckpoint>>(note.error());
  if (!trusted) return out;
  for (const Cosignature& each : (*trusted)->witnesses)
    for (std::size_t i = 0; i < out.size(); ++i)
      if (policy.witnesses()[i].name == each.witness)
        out[i] = std::max<std::int64_t>(0, now - static_cast<std::int64_t>(each.unix_time));
  return out;
}

Bytes metrics(const Shown& shown) {
  constexpr double second = 1e9;  // in nanoseconds
  const Counts& counts = shown.counts;
  const FolderFigures& folder = shown.folder;
  const ConnectionCounts& door = shown.connections;
  Page page;
  page.gauge("log_entries", "Leaves under the newest signed checkpoint.", counts.log_size);
  page.gauge("vouched_entries", "Leaves under the newest checkpoint that the policy accepts.", counts.vouched_size);
  page.gauge("checkpoint_age_seconds", "Since the newest signed checkpoint was written.", folder.checkpoint_age);
  page.gauge("cosigned_age_seconds", "Since the newest cosigned checkpoint was written.", folder.cosigned_age);
  page.gauge("anchor_age_seconds", "Since the newest anchor came.", folder.anchor_age);
  page.ages("witness_cosignature_age_seconds", "Since each witness, by its number in the policy, last signed.", "witness",
            shown.witnesses);
  page.ages("authority_anchor_age_seconds", "Since each authority, by its number in the file, last stamped.",
            "authority", shown.authorities);
  page.gauges("connections", "Connections now; strangers are not let in yet.", "kind",
              {{"member", door.members}, {"courier", door.couriers}, {"stranger", door.strangers}});
  page.counter("connections_accepted_total", "Connections that were accepted.", door.accepted);
  page.counters("greetings_total", "Those who said who they are.", "outcome",
                {{"let_in", door.let_in}, {"refused", door.refused}});
  page.counter("connections_pushed_out_total", "Connections that were closed to make room.", door.pushed_out);
  page.counters("statements_total", "Statements of members, new ones.", "outcome",
                {{"accepted", counts.statements_accepted}, {"refused", counts.statements_refused}});
  page.counter("forks_total", "Statements that claimed a taken place in a chain.", counts.forks_found);
  page.counter("objects_kept_total", "Objects that were completed and are durable.", counts.objects_kept);
  page.counter("object_received_bytes_total", "Bytes of objects received.", counts.bytes_received);
  page.counter("commits_total", "Transactions that members' writes were joined in.", counts.groups);
  page.counter("integrations_total", "Checkpoints that were signed.", counts.integrations);
  page.counter("integration_seconds_total", "Time spent on integration.",
               static_cast<double>(counts.integration_nanoseconds) / second);
  page.gauge("witnesses_contradicting", "Witnesses that say now that they have seen another history of this log.",
             counts.contradicting);
  page.gauge("writes_stopped", "1 once a failed write to the disk, or what witnesses have seen, has stopped all writing.",
             counts.writes_stopped ? 1 : 0);
  page.gauge("disk_free_bytes", "What the data folder's disk has left.", folder.free_bytes);
  return page.bytes();
}

}  // namespace dokaz::server
