// SPDX-License-Identifier: GPL-3.0-or-later
// status: what an operator looks at in the morning. Reads files and the database alone, so it may run beside the
// server, and also where none runs.
#include <fmt/format.h>
#include <sys/stat.h>
#include <sys/statvfs.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>

#include "proto/anchor/authorities.hpp"
#include "proto/format/policy.hpp"
#include "proto/format/time.hpp"
#include "sync-server/anchor/anchor_folder.hpp"
#include "sync-server/daemon/key_source.hpp"
#include "sync-server/store/inspection.hpp"

namespace dokaz::server {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::uint64_t near_quota_percent = 90;

std::optional<std::int64_t> changed_at(const Path& file) {
  struct stat info {};
  return ::stat(file.c_str(), &info) == 0 ? std::optional<std::int64_t>(info.st_mtim.tv_sec) : std::nullopt;
}

struct Uploads {
  std::uint64_t count = 0, bytes = 0;
  std::optional<std::int64_t> oldest;  // when it last grew
};

struct Vouched {
  std::uint64_t size = 0;
  std::optional<std::int64_t> at;
  std::map<std::string, std::optional<std::int64_t>> witnesses;  // of the policy; when each last signed
  bool asked_for = false;                                        // the policy has a quorum
};

struct Standing {
  Figures figures;
  std::vector<CaseFigures> cases;
  std::optional<Awaited> awaited;
  std::optional<std::int64_t> checkpoint_at;
  Vouched vouched;
  std::map<std::string, std::optional<std::int64_t>> anchors;  // of each authority: its newest token
  Uploads uploads;
  std::uint64_t disk_free = 0, disk_size = 0;  // bytes
  std::int64_t now = 0;
};

/// Files come and go beside a server that runs: one that is gone is not counted.
Uploads uploads_in(const Path& folder) {
  Uploads out;
  std::error_code ignored;
  for (const auto& entry : std::filesystem::directory_iterator(folder, ignored)) {
    struct stat info {};
    if (::stat(entry.path().c_str(), &info) != 0 || !S_ISREG(info.st_mode)) continue;
    ++out.count;
    out.bytes += static_cast<std::uint64_t>(info.st_size);
    if (!out.oldest || info.st_mtim.tv_sec < *out.oldest) out.oldest = info.st_mtim.tv_sec;
  }
  return out;
}

/// Also of one that never stamped, and of one that is asked no more.
std::map<std::string, std::optional<std::int64_t>> anchors_of(const DataFolder& folder) {
  std::map<std::string, std::optional<std::int64_t>> out;
  const auto text = read_file(folder.root / "authorities", max_authorities_file, Links::follow);
  const auto asked = text ? read_authorities(*text) : Result<std::vector<TimeAuthority>>(text.error());
  if (asked)
    for (const TimeAuthority& each : *asked) out[each.name];
  for (const auto& [name, newest] : newest_anchors(folder.log())) {
    out[name];
    if (newest.unix_time > 0) out[name] = newest.unix_time;
  }
  return out;
}

Result<Vouched> vouched_in(Inspection& inspection, const Figures& figures) {
  const DataFolder& folder = inspection.folder();
  DOKAZ_LET(loaded, load_policy(folder, inspection.card().log));
  const Policy& policy = loaded.policy;
  Vouched out;
  out.asked_for = policy.needs_witnesses();
  for (const Witness& witness : policy.witnesses()) out.witnesses[witness.name];
  const auto bytes = read_file(folder.log() / "cosigned", max_note_size);
  const auto note = bytes ? Note::parse(*bytes) : Result<Note>(bytes.error());
  const auto trusted = note ? policy.check(*note) : Result<Verified<TrustedCheckpoint>>(note.error());
  if (trusted) {
    out.size = (*trusted)->checkpoint.head.size;
    for (const auto& each : (*trusted)->witnesses) {
      const auto at = static_cast<std::int64_t>(each.unix_time);
      out.witnesses[each.witness] = at;
      out.at = std::max(out.at.value_or(0), at);
    }
  } else if (!out.asked_for) {
    out.size = figures.log_size;
  }
  return out;
}

Result<Standing> look(const Order& order) {
  DOKAZ_LET(inspection, Inspection::open(order.data, key_source(order)));
  Standing out;
  out.now = console::now();
  DOKAZ_LET(figures, inspection.figures());
  DOKAZ_LET(cases, inspection.cases());
  DOKAZ_LET(awaited, inspection.oldest_awaited());
  DOKAZ_LET(vouched, vouched_in(inspection, figures));
  out.figures = figures;
  out.cases = std::move(cases);
  out.awaited = awaited;
  out.vouched = std::move(vouched);
  const DataFolder& folder = inspection.folder();
  out.checkpoint_at = changed_at(folder.log() / "checkpoint");
  out.anchors = anchors_of(folder);
  out.uploads = uploads_in(folder.partial());
  struct statvfs disk {};
  if (::statvfs(folder.root.c_str(), &disk) != 0) return fail(Errc::io_error, "the folder");
  out.disk_free = std::uint64_t{disk.f_bavail} * disk.f_frsize;
  out.disk_size = std::uint64_t{disk.f_blocks} * disk.f_frsize;
  return out;
}

bool is_near_quota(const CaseFigures& one) {
  return static_cast<double>(one.used) * 100 >= static_cast<double>(one.quota) * static_cast<double>(near_quota_percent);
}
std::uint64_t count_near_quota(const Standing& standing) {
  return static_cast<std::uint64_t>(std::ranges::count_if(standing.cases, is_near_quota));
}
std::uint64_t count_suspended(const Standing& standing) {
  return static_cast<std::uint64_t>(
      std::ranges::count_if(standing.cases, [](const CaseFigures& one) { return one.access != Access::open; }));
}

Json age_of(const std::optional<std::int64_t>& at, const Standing& standing) {
  return at ? Json(std::max<std::int64_t>(0, standing.now - *at)) : Json();
}

Json json_of(const Standing& s) {
  const Figures& f = s.figures;
  Json out = {{"cases", f.cases},
              {"cases_suspended", count_suspended(s)},
              {"cases_near_quota", count_near_quota(s)},
              {"statements", f.statements},
              {"log_size", f.log_size},
              {"checkpoint_age", age_of(s.checkpoint_at, s)},
              {"vouched_size", s.vouched.size},
              {"vouched_age", age_of(s.vouched.at, s)},
              {"witnesses", Json::array()},
              {"anchors", Json::array()},
              {"forks", f.forks},
              {"objects_kept", f.objects_kept},
              {"objects_awaited", f.objects_awaited},
              {"bytes_kept", f.bytes_kept},
              {"bytes_reserved", f.bytes_reserved},
              {"oldest_awaited", Json()},
              {"uploads", s.uploads.count},
              {"upload_bytes", s.uploads.bytes},
              {"oldest_upload_age", age_of(s.uploads.oldest, s)},
              {"disk_free", s.disk_free},
              {"disk_size", s.disk_size},
              {"serving", f.serving},
              {"writes_stopped", f.writes_stopped},
              {"contradicted_by", Json()}};
  if (f.contradiction) out["contradicted_by"] = f.contradiction->witnesses;
  for (const auto& [name, at] : s.vouched.witnesses) out["witnesses"].push_back({{"name", name}, {"age", age_of(at, s)}});
  for (const auto& [name, at] : s.anchors) out["anchors"].push_back({{"name", name}, {"age", age_of(at, s)}});
  if (s.awaited)
    out["oldest_awaited"] = {{"index", s.awaited->index}, {"claimed", format_time({s.awaited->claimed_time, false})}};
  return out;
}

std::string ago(const std::optional<std::int64_t>& at, const Standing& standing) {
  if (!at) return "never";
  const std::int64_t seconds = std::max<std::int64_t>(0, standing.now - *at);
  if (seconds < 120) return fmt::format("{} s ago", seconds);
  if (seconds < 7200) return fmt::format("{} min ago", seconds / 60);
  if (seconds < 172'800) return fmt::format("{} h ago", seconds / 3600);
  return fmt::format("{} days ago", seconds / 86'400);
}

/// Why nothing is taken in, and what to do; empty where it is.
std::string stopped_by(const Figures& f) {
  if (!f.writes_stopped) return {};
  if (!f.contradiction) return "It has stopped writing, because the disk failed: look at the disk, then start it again.\n";
  return fmt::format(
      "It has stopped writing since {}, because witnesses have seen another history of this log: {}.\n"
      "An older copy of the folder may have been put back, or somebody else may have the log's key. The operator's guide,\n"
      "section 8, says how to find out; afterwards: dokaz-server resume-writes --data DIR\n",
      f.contradiction->time > 0 ? format_time({f.contradiction->time, false}) : "a time that cannot be read",
      f.contradiction->witnesses.empty() ? "their names cannot be read" : fmt::format("{}", fmt::join(f.contradiction->witnesses, ", ")));
}

std::string text_of(const Standing& s) {
  const Figures& f = s.figures;
  std::string out = fmt::format(
      "{} server is running on this folder.\n"
      "{}"
      "cases            {}; {} suspended, {} have used {} % of their room or more\n"
      "statements       {}, of which {} are in the signed log; the checkpoint was signed {}\n"
      "vouched for      {}{}\n",
      f.serving ? "A" : "No",
      stopped_by(f),
      f.cases, count_suspended(s), count_near_quota(s), near_quota_percent, f.statements,
      f.log_size, ago(s.checkpoint_at, s), s.vouched.size,
      s.vouched.asked_for ? "; the newest cosignature is of " + ago(s.vouched.at, s) : "; the policy asks for no witness");
  for (const auto& [name, at] : s.vouched.witnesses) out += fmt::format("  witness {}: signed {}\n", name, ago(at, s));
  for (const auto& [name, at] : s.anchors) out += fmt::format("  anchor {}: {}\n", name, ago(at, s));
  out += fmt::format(
      "forks kept       {}\n"
      "objects          {} kept ({} bytes), {} awaited ({} bytes)\n",
      f.forks, f.objects_kept, f.bytes_kept, f.objects_awaited, f.bytes_reserved);
  if (s.awaited)
    out += fmt::format("  longest awaited: of the statement at {}, claimed time {}\n", s.awaited->index,
                       format_time({s.awaited->claimed_time, false}));
  out += fmt::format("uploads          {} ({} bytes){}\n", s.uploads.count, s.uploads.bytes,
                     s.uploads.count == 0 ? "" : "; the oldest last grew " + ago(s.uploads.oldest, s));
  return out + fmt::format("disk             {} of {} bytes free\n", s.disk_free, s.disk_size);
}

Status try_status(const Order& order) {
  DOKAZ_LET(standing, look(order));
  return console::print(order.options.json ? json_of(standing).dump() + "\n" : text_of(standing));
}

}  // namespace

Outcome status(const Order& order) {
  Status done = try_status(order);
  if (done) return {};
  console::Advice advice = advice_for_store(done.code());
  return {std::move(done), std::move(advice)};
}

}  // namespace dokaz::server
