// SPDX-License-Identifier: GPL-3.0-or-later
// The answers as one page that stands alone. The outcome is said by a word and a sign and a border, not by colour alone.
#include "casework/verify/sheet.hpp"
#include "crypto/encoding.hpp"
#include "crypto/hash.hpp"

namespace dokaz {
namespace {

constexpr std::string_view style = R"(
:root{--ink:#1a1a1a;--soft:#555;--line:#c8c8c8;--paper:#fff;--good:#0b6b2e;--some:#8a5300;--bad:#a3141b}
*{box-sizing:border-box}
body{margin:2rem auto;max-width:62rem;padding:0 1rem;font:1rem/1.5 system-ui,sans-serif;color:var(--ink);background:var(--paper)}
h1{font-size:1.2rem}
h2{font-size:1.4rem;margin:0;overflow-wrap:anywhere}
.name{color:var(--soft);margin:2rem 0 .3rem;overflow-wrap:anywhere}
.outcome{display:flex;gap:1rem;align-items:center;padding:1rem;margin:0 0 1rem;border-width:4px}
.sign{font-size:2.2rem;line-height:1}
.verified{border-style:solid;border-color:var(--good);color:var(--good)}
.limits{border-style:dashed;border-color:var(--some);color:var(--some)}
.failed{border-style:double;border-width:8px;border-color:var(--bad);color:var(--bad)}
dl{display:grid;grid-template-columns:9rem 1fr;gap:.35rem 1rem;margin:0}
dt{font-weight:600}
dd{margin:0;overflow-wrap:anywhere}
dd div+div{color:var(--soft)}
.table,.details{overflow-x:auto;margin-top:1.5rem}
table{border-collapse:collapse;width:100%;font-size:.875rem}
th,td{text-align:left;vertical-align:top;padding:.3rem .5rem;border-bottom:1px solid var(--line)}
thead th{border-bottom:2px solid var(--ink)}
td:nth-child(2){font-family:ui-monospace,monospace}
footer{margin-top:2rem;color:var(--soft);font-size:.875rem}
@media(max-width:40rem){dl{grid-template-columns:1fr}dd{margin-bottom:.5rem}}
@media(prefers-color-scheme:dark){:root{--ink:#e8e8e8;--soft:#aaa;--line:#444;--paper:#161616;--good:#5bd483;--some:#f0b25a;--bad:#ff8f8f}}
@media print{:root{--ink:#000;--soft:#333;--paper:#fff;--good:#000;--some:#000;--bad:#000}body{margin:0;max-width:none;font-size:10pt}
.outcome,tr,dd{break-inside:avoid}thead{display:table-header-group}.table{overflow:visible}}
)";

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '&': out += "&amp;"; break;
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      case '"': out += "&quot;"; break;
      default: out += c;
    }
  }
  return out;
}

std::string_view class_of(Outcome outcome) {
  switch (outcome) {
    case Outcome::verified: return "verified";
    case Outcome::verified_with_limits: return "limits";
    case Outcome::failed: break;
  }
  return "failed";
}
std::string_view sign_of(Outcome outcome) {
  switch (outcome) {
    case Outcome::verified: return "&#10003;";
    case Outcome::verified_with_limits: return "&#9888;&#65038;";
    case Outcome::failed: break;
  }
  return "&#10007;";
}

std::string table_of(const Sheet& sheet) {
  if (sheet.rows.empty()) return {};
  std::string out = "<div class=\"table\" role=\"region\" aria-label=\"Items\" tabindex=\"0\"><table><thead><tr>";
  for (const std::string& name : sheet.columns) out += "<th scope=\"col\">" + escaped(name) + "</th>";
  out += "</tr></thead><tbody>\n";
  for (const auto& row : sheet.rows) {
    out += "<tr>";
    for (const std::string& cell : row) out += "<td>" + escaped(cell) + "</td>";
    out += "</tr>\n";
  }
  return out + "</tbody></table></div>\n";
}

std::string list_of(const std::vector<Sheet::Answer>& answers) {
  std::string out;
  for (const Sheet::Answer& answer : answers) {
    out += "<dt>" + escaped(answer.question) + "</dt><dd>";
    for (const std::string& line : answer.lines) out += "<div>" + escaped(line) + "</div>";
    out += "</dd>\n";
  }
  return out;
}

std::string section_of(const Sheet& sheet) {
  std::string out = "<section>\n";
  if (!sheet.name.empty()) out += "<p class=\"name\">" + escaped(sheet.name) + "</p>\n";
  out += "<div class=\"outcome " + std::string(class_of(sheet.outcome)) + "\"><span class=\"sign\" aria-hidden=\"true\">" +
         std::string(sign_of(sheet.outcome)) + "</span><h2>" + escaped(sheet.headline) + "</h2></div>\n<dl>\n" +
         list_of(sheet.answers);
  out += "</dl>\n" + table_of(sheet);
  if (!sheet.details.empty()) out += "<dl class=\"details\">\n" + list_of(sheet.details) + "</dl>\n";
  if (!sheet.last.empty()) out += "<p>" + escaped(sheet.last) + "</p>\n";
  return out + "</section>\n";
}

}  // namespace

std::string render_html(const std::vector<Sheet>& sheets, std::string_view program, std::string_view again) {
  std::string out =
      "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'sha256-" +
      base64(sha256(style).view()) +
      "'; base-uri 'none'; form-action 'none'\">\n"
      "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n<meta name=\"referrer\" content=\"no-referrer\">\n"
      "<title>Report of a check</title>\n<style>" +
      std::string(style) + "</style>\n</head>\n<body>\n<main>\n<h1>Report of a check by " + escaped(program) + "</h1>\n";
  for (const Sheet& sheet : sheets) out += section_of(sheet);
  return out +
         "</main>\n<footer>This page is the report of somebody else's check. Whoever wants to be sure repeats it, with " +
         escaped(again) + ".</footer>\n</body>\n</html>\n";
}

}  // namespace dokaz
