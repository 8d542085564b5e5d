// SPDX-License-Identifier: GPL-3.0-or-later
// fsck: everything derived anew and compared, nothing changed; also beside a server that runs.
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "sync-server/audit/audit.hpp"
#include "sync-server/daemon/commands.hpp"
#include "sync-server/daemon/key_source.hpp"

namespace dokaz::server {
namespace {

Status print_report(const Order& order, const AuditReport& report) {
  if (order.options.json) {
    nlohmann::ordered_json document = {{"sound", report.is_sound()},
                                       {"log_size", report.log_size},
                                       {"entries", report.entries},
                                       {"tiles", report.tiles},
                                       {"statements", report.statements},
                                       {"waiting", report.waiting},
                                       {"revoked", report.revoked},
                                       {"forks", report.forks},
                                       {"objects", report.objects},
                                       {"object_bytes", report.object_bytes},
                                       {"anchors", report.anchors},
                                       {"unnamed_files", report.unnamed_files},
                                       {"faults", report.faults},
                                       {"findings", nlohmann::json::array()}};
    for (const Finding& finding : report.findings)
      document["findings"].push_back({{"part", finding.part}, {"what", finding.what}});
    return console::print(document.dump() + "\n");
  }
  std::string text;
  for (const Finding& finding : report.findings) text += fmt::format("{}: {}\n", finding.part, finding.what);
  if (report.faults > report.findings.size())
    text += fmt::format("… and {} further faults\n", report.faults - report.findings.size());
  if (!order.options.quiet)
    text += fmt::format(
        "log              {} entries signed, {} read; {} tiles compared\n"
        "statements       {}, each signature verified; {} wait for the log; {} forks kept\n"
        "revoked          {} of them stand where the case trusts their member no more\n"
        "anchors          {}, each verified at its own time\n"
        "objects          {} kept, each hashed ({} bytes); {} files that no statement names\n"
        "{}\n",
        report.log_size, report.entries, report.tiles, report.statements, report.waiting, report.forks,
        report.revoked, report.anchors, report.objects, report.object_bytes, report.unnamed_files,
        report.is_sound() ? "Everything follows from what was signed." : fmt::format("{} faults.", report.faults));
  return console::print(text);
}

Result<AuditReport> try_fsck(const Order& order) {
  console::Progress progress(order.options, "reading");
  DOKAZ_LET(report, audit(order.data, [&](std::string_view, std::uint64_t done, std::uint64_t total) {
    progress.at(done, total);
  }, key_source(order)));
  DOKAZ_TRY(print_report(order, report));
  return report;
}

}  // namespace

Outcome fsck(const Order& order) {
  auto report = try_fsck(order);
  if (!report) {
    console::Advice advice = advice_for_store(report.code());
    return {std::move(report).error(), std::move(advice)};
  }
  if (report->is_sound()) return {};
  return {fail(Errc::damaged_store, fmt::format("{} faults", report->faults)),
          {"Nothing was changed, and nothing was repaired.",
           "Keep a copy of the folder as it is before anything else. Collectors that still hold the objects can send "
           "them again; for the rest restore the newest backup, and tell the cases which statements are concerned."},
          order.options.json};
}

}  // namespace dokaz::server
