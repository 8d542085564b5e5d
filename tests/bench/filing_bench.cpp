// SPDX-License-Identifier: GPL-3.0-or-later
// Writes the PDFs of a filing of many photos and pages without a case, and says how long that took: what dokaz-case
// filing write needs beside opening items and packing the offline bag.
//   dokaz-filing-bench FOLDER PHOTOS PAGES [MEGABYTES of each photo]
#include <sys/resource.h>

#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>

#include "casework/filing/write.hpp"
#include "crypto/encoding.hpp"
#include "tests/unit/casework/foreign_pdfs.hpp"
#include "tests/unit/casework/jpegs.hpp"

using namespace dokaz;
using namespace dokaz::filing;

namespace {

/// Noise of about so many bytes.
Bytes photo_of(std::size_t bytes, unsigned seed) {
  const auto side = static_cast<unsigned>(std::sqrt(static_cast<double>(bytes) / 2.6));
  return test::make_jpeg(side, side, seed, true);
}

FilingJob job_of(std::size_t photos, std::size_t pages, std::size_t photo_size) {
  static std::vector<Bytes> distinct;
  for (unsigned seed = 1; seed <= 8; ++seed) distinct.push_back(photo_of(photo_size, seed));
  std::vector<PlannedDocument> plan(photos + 1);
  for (std::size_t i = 0; i < plan.size(); ++i) {
    plan[i].line = i + 2;
    plan[i].proceedings = i < photos ? "Evidence" : "Courts";
    plan[i].day.day = "2026-05-01";
    plan[i].title = "Photograph " + std::to_string(i);
    plan[i].what = std::to_string(i);
    plan[i].kind = i < photos ? Kind::item : Kind::file;
  }
  FilingJob job;
  job.documents = in_order(std::move(plan));
  for (std::size_t i = 0; i < photos; ++i) {
    const Bytes& jpeg = distinct[i % distinct.size()];
    ShownExhibit& shown = job.documents[i].exhibit.emplace();
    shown.name = "90ab" + std::to_string(10000 + i);
    shown.media_type = "image/jpeg";
    shown.sha256 = std::string(64, 'a');
    shown.size = jpeg.size();
    shown.shown = filing::Shown{pdf::picture_head(jpeg).value(), jpeg.size(), false, false, [&jpeg]() -> Result<Bytes> { return jpeg; }};
    const CustodyLine line{"2026-05-01T10:12:00Z (claimed)", "documenter 1", "Sealed: hashed, encrypted, signed", std::string(64, 'b')};
    job.parts.custody.push_back({shown.name, i + 1, {line, line, line, line}, 0});
  }
  test::ForeignOptions options;
  options.pages = static_cast<int>(pages);
  const Bytes foreign = test::foreign_pdf(options);
  job.documents.back().file = ShownFile{"court.pdf", hex(sha256(foreign)), foreign.size(), pdf::ForeignPdf::open(foreign).value(), {}};
  job.parts.profile = profile_of("ecthr").value();
  job.parts.head = {"ecthr", "Lithuania", "2026-05-10", 0, {}};
  return job;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 4) return std::fprintf(stderr, "usage: dokaz-filing-bench FOLDER PHOTOS PAGES [MEGABYTES]\n"), 2;
  const double megabytes = argc > 4 ? std::strtod(argv[4], nullptr) : 3;
  FilingJob job = job_of(std::strtoul(argv[2], nullptr, 10), std::strtoul(argv[3], nullptr, 10), static_cast<std::size_t>(megabytes * 1e6));
  const auto start = std::chrono::steady_clock::now();
  const auto written = write_filing(job, argv[1]);
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
  if (!written) return std::fprintf(stderr, "%s: %s\n", std::string(name_of(written.code())).c_str(), written.error().detail.c_str()), 1;
  std::uint64_t bytes = 0;
  for (const FiledFile& one : written->files) bytes += one.size;
  rusage used{};
  getrusage(RUSAGE_SELF, &used);
  std::printf("%zu pages, %zu files, %.1f MB in %.1f s (%.1f s of processor), %.0f MiB at most\n", written->pages, written->files.size(),
              static_cast<double>(bytes) / 1e6, seconds.count(),
              static_cast<double>(used.ru_utime.tv_sec + used.ru_stime.tv_sec) + static_cast<double>(used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e6,
              static_cast<double>(used.ru_maxrss) / 1024);
  return 0;
}
