// SPDX-License-Identifier: GPL-3.0-or-later
// What each part of intake costs a photo, within one process and without the sandbox:
//   cmake --build build/release --target dokaz_intake_bench
//   build/release/bin/dokaz_intake_bench [PHOTO …]
// Without photos, JPEGs of a synthetic scene of 3 and 12 megapixels, quality 92, baseline and progressive.
#include <benchmark/benchmark.h>
#include <cstdio>  // before jpeglib.h, which needs FILE

#include <jpeglib.h>

#include <cmath>
#include <fstream>
#include <iterator>
#include <random>

#include "collector/intake/check/clean_check.hpp"
#include "collector/intake/metadata/metadata_reader.hpp"
#include "collector/intake/pixels/pixels.hpp"
#include "collector/intake/walk_media.hpp"
#include "tests/intake/promises.hpp"

using namespace dokaz;
using namespace dokaz::intake;

namespace {

struct Photo {
  std::string name;
  Bytes original, clean;
};

/// Broad waves, edges here and there, and a sensor's noise, so that about two bits are coded a pixel.
Bytes scene(unsigned width, unsigned height, bool progressive) {
  jpeg_compress_struct info{};
  jpeg_error_mgr errors{};
  info.err = jpeg_std_error(&errors);
  jpeg_create_compress(&info);
  unsigned char* out = nullptr;
  unsigned long size = 0;
  jpeg_mem_dest(&info, &out, &size);
  info.image_width = width;
  info.image_height = height;
  info.input_components = 3;
  info.in_color_space = JCS_RGB;
  jpeg_set_defaults(&info);
  jpeg_set_quality(&info, 92, TRUE);
  info.optimize_coding = TRUE;
  if (progressive) jpeg_simple_progression(&info);
  jpeg_start_compress(&info, TRUE);
  std::mt19937 random(7);
  std::normal_distribution<float> noise(0, 3.2F);
  Bytes row(3 * std::size_t{width});
  for (unsigned y = 0; y < height; ++y) {
    for (unsigned x = 0; x < width; ++x) {
      const float u = static_cast<float>(x) / 211, v = static_cast<float>(y) / 173;
      const float edge = std::sin(u * v) > 0.6F ? 40 : 0;
      const float light = 120 + 50 * std::sin(u) + 40 * std::cos(v + u / 3) + edge + noise(random);
      for (unsigned c = 0; c < 3; ++c)
        row[3 * x + c] = static_cast<Byte>(std::clamp(light + 15 * std::sin(u / 2 + static_cast<float>(c)), 0.0F, 255.0F));
    }
    JSAMPROW rows[] = {row.data()};
    jpeg_write_scanlines(&info, rows, 1);
  }
  jpeg_finish_compress(&info);
  jpeg_destroy_compress(&info);
  Bytes file(out, out + size);
  std::free(out);
  return file;
}

void add(std::vector<Photo>& photos, std::string name, Bytes original) {
  const auto walked = walk_media(MemoryContent(original), {});
  if (!walked) {
    std::fprintf(stderr, "%s is refused: %s\n", name.c_str(), walked.error().detail.c_str());
    return;
  }
  Bytes clean = test::clean_copy(original, walked->plan);
  photos.push_back({std::move(name), std::move(original), std::move(clean)});
}

/// Runs `job` on each photo in turn; the rate counts bytes of originals.
void measure(const std::string& name, const std::vector<Photo>& photos, bool (*job)(const Photo&)) {
  benchmark::RegisterBenchmark(name.c_str(), [&photos, job](benchmark::State& state) {
    std::size_t bytes = 0;
    for (const Photo& photo : photos) bytes += photo.original.size();
    for (auto _ : state)
      for (const Photo& photo : photos)
        if (!job(photo)) state.SkipWithError("refused");
    const auto rounds = static_cast<std::int64_t>(state.iterations());
    state.SetBytesProcessed(rounds * static_cast<std::int64_t>(bytes));
    state.counters["ms/photo"] = benchmark::Counter(static_cast<double>(rounds) * static_cast<double>(photos.size()) / 1000,
                                                    benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
  })->Unit(benchmark::kMillisecond);
}

bool walks(const Photo& photo) { return walk_media(MemoryContent(photo.original), {}).has_value(); }
bool checks(const Photo& photo) {
  return check_clean(MemoryContent(photo.original), MemoryContent(photo.clean)).has_value();
}
bool reads(const Photo& photo) {
  const auto walked = walk_media(MemoryContent(photo.original), {});
  if (walked) benchmark::DoNotOptimize(read_metadata(*walked));
  return walked.has_value();
}
bool decodes(const Photo& photo) { return pixels_of(Media::jpeg, photo.clean).has_value(); }
bool hashes(const Photo& photo) {
  benchmark::DoNotOptimize(sha256(photo.original));
  return true;
}

}  // namespace

int main(int count, char** arguments) {
  benchmark::Initialize(&count, arguments);
  prepare_metadata_reader();
  std::vector<std::pair<std::string, std::vector<Photo>>> sets;
  if (count > 1) {
    sets.push_back({"photos", {}});
    for (int i = 1; i < count; ++i) {
      std::ifstream file(arguments[i], std::ios::binary);
      add(sets[0].second, arguments[i], Bytes(std::istreambuf_iterator<char>(file), {}));
    }
  } else {
    for (const bool progressive : {false, true}) {
      const std::string kind = progressive ? "progressive" : "baseline";
      sets.push_back({kind + ", 3 MP", {}});
      add(sets.back().second, kind, scene(2048, 1536, progressive));
      sets.push_back({kind + ", 12 MP", {}});
      add(sets.back().second, kind, scene(4000, 3000, progressive));
    }
  }
  for (const auto& [name, photos] : sets) {
    if (photos.empty()) continue;
    std::size_t bytes = 0;
    for (const Photo& photo : photos) bytes += photo.original.size();
    std::printf("%s: %zu of %zu bytes on average\n", name.c_str(), photos.size(), bytes / photos.size());
    measure("walk (" + name + ")", photos, walks);
    measure("walk and read metadata (" + name + ")", photos, reads);
    measure("check (" + name + ")", photos, checks);
    measure("decode pixels (" + name + ")", photos, decodes);
    measure("SHA-256 alone (" + name + ")", photos, hashes);
  }
  benchmark::RunSpecifiedBenchmarks();
}
