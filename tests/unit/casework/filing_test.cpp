// SPDX-License-Identifier: GPL-3.0-or-later
// Plans, order, rules, dates and the files of a filing, without a case.
#include <catch2/catch.hpp>

#include "casework/filing/dates.hpp"
#include "casework/filing/states.hpp"
#include "casework/filing/write.hpp"
#include "crypto/encoding.hpp"
#include "foreign_pdfs.hpp"
#include "jpegs.hpp"
#include "outside.hpp"

using namespace dokaz;
using namespace dokaz::filing;
using namespace dokaz::test;

namespace {

const std::string head_line = "proceedings,date,between,and,title,kind,what,language,translation_of,confidentiality,facts,remark\r\n";

template <class T>
std::string code_of(const Result<T>& result) {
  return result ? "success" : std::string(name_of(result.code()));
}

std::string detail_of(const std::string& rows) {
  const auto read = read_plan(head_line + rows);
  return read ? "success" : read.error().detail;
}

PlannedDocument planned(const std::string& proceedings, const std::string& day, const std::string& title, std::size_t line) {
  PlannedDocument one;
  one.line = line;
  one.proceedings = proceedings;
  one.day.day = day;
  one.title = title;
  one.what = title;
  return one;
}

ShownExhibit exhibit_of(const Bytes& jpeg, const std::string& name) {
  ShownExhibit shown;
  shown.name = name;
  shown.media_type = "image/jpeg";
  shown.sha256 = hex(sha256(jpeg));
  shown.size = jpeg.size();
  shown.shown = filing::Shown{pdf::picture_head(jpeg).value(), jpeg.size(), false, false, [jpeg]() -> Result<Bytes> { return jpeg; }};
  return shown;
}

FilingJob job_of(std::size_t photos, std::string_view profile = "ecthr") {
  std::vector<PlannedDocument> plan;
  for (std::size_t i = 0; i < photos; ++i)
    plan.push_back(planned("Application to the prosecutor", "2026-04-" + std::string(i % 28 + 1 < 10 ? "0" : "") + std::to_string(i % 28 + 1),
                           "Фотаздымак " + std::to_string(i + 1), i + 2));
  plan.push_back(planned("Domestic courts", "2026-03-01", "Decision of the district court", photos + 2));
  plan.back().kind = Kind::file;
  plan.back().language = "be";
  FilingJob job;
  job.documents = in_order(std::move(plan));
  for (FiledDocument& one : job.documents) {
    if (one.plan.kind == Kind::item) {
      one.exhibit = exhibit_of(make_jpeg(320, 200, static_cast<unsigned>(one.number), true), "90ab1c7" + std::to_string(one.number));
      one.exhibit->facts = {{"Note", "Сведка бачыў гэта"}};
      job.parts.custody.push_back({one.exhibit->name, one.number, {{"2026-05-01 (claimed)", "documenter 1", "sealed", std::string(64, 'b')}}, 0});
      continue;
    }
    ForeignOptions options;
    options.pages = 3;
    options.script = true;
    const Bytes content = foreign_pdf(options);
    one.file = ShownFile{"court.pdf", hex(sha256(content)), content.size(), pdf::ForeignPdf::open(content).value(), {}};
  }
  job.parts.profile = profile_of(profile).value();
  job.parts.head = {std::string(profile), "Lithuania", "2026-05-10", 0, {}};
  job.parts.consent_words = "each item's consent covers it";
  return job;
}

std::map<std::string, Bytes> files_in(const std::filesystem::path& folder) {
  std::map<std::string, Bytes> files;
  for (const auto& one : std::filesystem::directory_iterator(folder)) files[one.path().filename().string()] = content_of(one.path());
  return files;
}

std::string pdf_text(const std::filesystem::path& path) { return said_by("pdftotext -layout " + quoted(path) + " -"); }

}  // namespace

TEST_CASE("a table reads back as it was written, and as spreadsheets save it") {
  const std::vector<CsvRow> rows = {{"a", "b,c", "say \"so\""}, {"", "two\nlines", "ў"}};
  CHECK(read_csv(write_csv(rows)).value() == rows);
  CHECK(read_csv("\xEF\xBB\xBF" "a;b\n1;\"x;y\"\n\n").value() == std::vector<CsvRow>{{"a", "b"}, {"1", "x;y"}});
  CHECK(read_csv("a\tb\n1,5\t2").value() == std::vector<CsvRow>{{"a", "b"}, {"1,5", "2"}});
  CHECK(code_of(read_csv("a,\"b\nc")) == "malformed");
  CHECK(code_of(read_csv("a,\"b\"c\n")) == "malformed");
  CHECK(code_of(read_csv("a,b\"c\n")) == "malformed");
}

TEST_CASE("no field is a formula, whichever sign a spreadsheet splits at") {
  CHECK(harmless("=1+1") == "'=1+1");
  CHECK(harmless("x;=HYPERLINK(1)") == "x;'=HYPERLINK(1)");
  CHECK(harmless("x; \"@a") == "x; \"'@a");
  CHECK(harmless("\xEF\xBC\x9D" "1") == "'\xEF\xBC\x9D" "1");
  CHECK(harmless("2026-05-01 a+b") == "2026-05-01 a+b");
}

TEST_CASE("a plan says where it is wrong") {
  CHECK(detail_of("") == "the plan names no document");
  CHECK(detail_of("A,2026-05-01,,,Photo,item,90ab1c7c,,,,,\r\n") == "success");
  CHECK(detail_of("A,01.05.2026,,,Photo,item,90ab1c7c,,,,,\r\n") == "line 2, column date: a day as YYYY-MM-DD, or undated");
  CHECK(detail_of("A,2026-02-30,,,Photo,item,90ab1c7c,,,,,\r\n").find("column date") != std::string::npos);
  CHECK(detail_of("A,undated,,,Photo,item,90ab1c7c,,,,,\r\n").find("column and") != std::string::npos);
  CHECK(detail_of("A,undated,2026-05-02,2026-05-01,Photo,item,90ab,,,,,\r\n").find("column between") != std::string::npos);
  CHECK(detail_of("A,2026-05-01,,,,item,90ab1c7c,,,,,\r\n").find("column title") != std::string::npos);
  CHECK(detail_of("A,2026-05-01,,,Photo,photo,90ab1c7c,,,,,\r\n").find("column kind") != std::string::npos);
  CHECK(detail_of("A,2026-05-01,,,Photo,item,90ab1c7c,,,,colour,\r\n").find("column facts") != std::string::npos);
  CHECK(detail_of("A,2026-05-01,,,Photo,item,90ab1c7c,,other.pdf,,,\r\n").find("translation_of") != std::string::npos);
  CHECK(detail_of("A,2026-05-01,,,Photo,item,90ab1c7c,,,secret,,\r\n").find("confidentiality") != std::string::npos);
  CHECK(detail_of("A,2026-05-01,,,P,item,90ab,,,,,\r\nA,2026-05-01,,,P,item,90ab,,,,,\r\n").find("the same document twice") != std::string::npos);
  CHECK(detail_of("A,2026-05-01,,,Photo \xE2\x80\xAE,item,90ab,,,,,\r\n").find("not seen") != std::string::npos);
  CHECK(read_plan("proceedings,date\r\n").error().detail == "line 1: there is no column between");
  const auto read = read_plan(head_line + "A,undated,,2026-05-01,Photo,item,90ab1c7c,be,,confidential: whole: a child,note capture.time,mine\r\n");
  REQUIRE(read);
  CHECK(read->front().confidence_reason == "whole: a child");
  CHECK(read->front().facts == std::set<std::string>{"note", "capture.time"});
  CHECK(read_plan(write_csv({plan_columns(), plan_row(read->front(), "mine")})).value().front().facts == read->front().facts);
}

TEST_CASE("documents stand by proceedings, then by day, the undated by their latest, a translation behind its original") {
  std::vector<PlannedDocument> plan = {planned("Courts", "2026-05-01", "late", 2), planned("Police", "2025-01-01", "other", 3),
                                       planned("Courts", "2026-01-01", "early", 4), planned("Courts", "", "undated", 5),
                                       planned("Courts", "2026-06-01", "translated", 6)};
  plan[3].day.until = "2026-03-01";
  plan[4].translation_of = "early";
  std::vector<std::string> titles;
  for (const FiledDocument& one : in_order(plan)) titles.push_back(one.plan.title);
  CHECK(titles == std::vector<std::string>{"early", "translated", "undated", "late", "other"});
}

TEST_CASE("who can be a respondent") {
  CHECK(member_states().size() == 46);
  CHECK(respondent_of("lithuania", "").value().name == "Lithuania");
  CHECK(respondent_of("PL", "").value().name == "Poland");
  const auto belarus = respondent_of("Belarus", "");
  REQUIRE_FALSE(belarus);
  CHECK(belarus.code() == Errc::wrong_forum);
  for (const char* venue : {"United Nations", "International Criminal Court", "universal jurisdiction"})
    CHECK(belarus.error().detail.find(venue) != std::string::npos);
  CHECK(code_of(respondent_of("Canada", "")) == "wrong_forum");
  const auto slip = respondent_of("Lithunia", "");
  CHECK(code_of(slip) == "usage");
  CHECK(slip.error().detail.find("is it Lithuania?") != std::string::npos);
  CHECK(code_of(respondent_of("", "")) == "usage");
  CHECK_FALSE(respondent_of("Russia", "2022-09-16").value().warning.empty());
  CHECK(code_of(respondent_of("Russia", "2022-09-17")) == "wrong_forum");
}

TEST_CASE("a time limit ends on the day of the same number, or on the month's last, whatever day of the week") {
  CHECK(time_limit("2026-02-15").value().last_day == "2026-06-15");
  CHECK(time_limit("2026-10-31").value().last_day == "2027-02-28");
  CHECK(time_limit("2023-10-30").value().last_day == "2024-02-29");
  CHECK(time_limit("2026-01-30").value().weekday == "Saturday");
  CHECK(time_limit("2026-01-30").value().free_day);
  CHECK(time_limit("2022-01-31").value().last_day == "2022-07-31");
  CHECK(time_limit("2022-02-01").value().last_day == "2022-06-01");
  CHECK(code_of(time_limit("31.01.2026")) == "usage");
  const std::string words = words_of(*time_limit("2026-01-30"), "2026-05-01");
  CHECK(words.find("in 29 days") != std::string::npos);
  CHECK(words.find("Verify this with counsel") != std::string::npos);
  CHECK(words.find("extend nothing") != std::string::npos);
  CHECK(days_between("2026-05-30", "2026-05-01") == -29);
}

TEST_CASE("names become ASCII that can still be read") {
  CHECK(ascii_name("Рашэнне суда.pdf") == "Rashenne_suda.pdf");
  CHECK(ascii_name("Zażółć.PDF") == "Zazolc.PDF");
  CHECK(ascii_name("../../etc/passwd") == "_.._etc_passwd");
  CHECK(ascii_name("漢字.pdf") == "__.pdf");
  CHECK(ascii_name("...") == "file");
}

TEST_CASE("a filing is written whole: list, annexes, custody, draft, check, index") {
  const Scratch scratch;
  FilingJob job = job_of(5);
  job.max_part_size = 400'000;
  const auto written = write_filing(job, scratch.path());
  INFO((written ? std::string() : std::string(name_of(written.code())) + ": " + written.error().detail));
  REQUIRE(written);
  const auto files = files_in(scratch.path());
  for (const char* name : {"01_list_of_documents.pdf", "02_annexes_part1.pdf", "02_annexes_part2.pdf", "03_chain_of_custody.pdf",
                           "04_statement_of_integrity_DRAFT.pdf", "05_submission_check.txt", "index.csv", "index.json"})
    CHECK(files.contains(name));
  CHECK(files.size() == written->files.size());
  CHECK(written->pages >= 9);

  const std::string check = to_text(files.at("05_submission_check.txt"));
  INFO(check);
  CHECK(check.find("[pass] page numbers") != std::string::npos);
  CHECK(check.find("[FAIL] translations") != std::string::npos);
  CHECK(check.find("[FAIL] PDFs of others") != std::string::npos);
  CHECK(check.find("[not testable] application form") != std::string::npos);
  const auto rows = read_csv(text_of(files.at("index.csv")));
  REQUIRE(rows);
  CHECK(rows->size() == 7);
  CHECK((*rows)[6][10] == "6");
  CHECK((*rows)[6][11] == "8");

  if (!runs("pdftotext -v")) {
    WARN("pdftotext is not installed: skipped");
    return;
  }
  const std::string list = pdf_text(scratch.path() / "01_list_of_documents.pdf");
  INFO(list);
  CHECK(list.find("Lithuania") != std::string::npos);
  CHECK(list.find("Фотаздымак 1") < list.find("Decision of the district court"));
  CHECK(list.find("6–8") != std::string::npos);
  const std::string annex = pdf_text(scratch.path() / "02_annexes_part1.pdf");
  INFO(annex);
  CHECK(annex.find("Annex 1 · p. 1/" + std::to_string(written->pages)) != std::string::npos);
  CHECK(annex.find("metadata removed, see custody annex") != std::string::npos);
  CHECK(annex.find("Сведка бачыў гэта") != std::string::npos);
  const std::string custody = pdf_text(scratch.path() / "03_chain_of_custody.pdf");
  CHECK(custody.find("p. " + std::to_string(written->pages) + "/" + std::to_string(written->pages)) != std::string::npos);
  CHECK(custody.find("filing.sha256") != std::string::npos);
  const std::string draft = pdf_text(scratch.path() / "04_statement_of_integrity_DRAFT.pdf");
  CHECK(draft.find("DRAFT – not a statement") != std::string::npos);
}

TEST_CASE("one job gives the same files twice") {
  const Scratch one, two;
  FilingJob first = job_of(3), second = job_of(3);
  REQUIRE(write_filing(first, one.path()));
  REQUIRE(write_filing(second, two.path()));
  CHECK(files_in(one.path()) == files_in(two.path()));
}

TEST_CASE("what we make whole is PDF/A, in every profile") {
  for (const Profile& profile : profiles()) {
    const Scratch scratch;
    FilingJob job = job_of(2, profile.name);
    const auto written = write_filing(job, scratch.path());
    REQUIRE(written);
    for (const FiledFile& one : written->files) {
      const auto path = scratch.path() / one.name;
      if (!one.name.ends_with(".pdf")) continue;
      INFO(profile.name << " " << one.name);
      if (runs("qpdf --version")) CHECK(runs("qpdf --check " + quoted(path)));
      const std::string said = preflight_says(path);
      if (said.empty()) WARN("PDFBox preflight is not installed: skipped");
      else CHECK((said == "valid") == (one.form == "PDF/A-1b"));
    }
    if (profile.makes(Product::load_file)) {
      const std::string dat = to_text(content_of(scratch.path() / "load_file.dat"));
      CHECK(dat.find("\xC3\xBE" "DOC000001" "\xC3\xBE\x14") != std::string::npos);
    }
  }
}

TEST_CASE("a photo with metadata stops the whole, and says what") {
  const Scratch scratch;
  FilingJob job = job_of(1);
  const Bytes traced = with_segment(make_jpeg(64, 48), 0xfe, "here");
  job.documents.front().exhibit = exhibit_of(traced, "90ab1c7c");
  const auto written = write_filing(job, scratch.path());
  REQUIRE_FALSE(written);
  CHECK(written.code() == Errc::leaves_traces);
  CHECK(written.error().detail.find("comment in a picture") != std::string::npos);
}
