// SPDX-License-Identifier: GPL-3.0-or-later
// Colour profiles: what stays, what does not, and that a renderer sees no difference.
#include <catch2/catch.hpp>

#include "collector/intake/check/icc.hpp"
#include "collector/intake/colour/icc_profile.hpp"
#include "intake_profiles.hpp"
#ifdef DOKAZ_HAS_LCMS
#include <lcms2.h>
#endif

using namespace dokaz;
using namespace dokaz::intake;
using namespace dokaz::intake::colour;
using namespace dokaz::test;

namespace {

/// All that is promised of a reduced profile.
Bytes must_reduce(const Bytes& profile, Samples samples = Samples::rgb) {
  const auto out = reduced(profile, samples);
  if (!out) FAIL(out.error().detail);
  CHECK(reduced(*out, samples).value() == *out);
  CHECK(check::channels_of_reduced_profile(*out) == static_cast<unsigned>(samples));
  CHECK(check::renders_like(*out, profile));
  CHECK_FALSE(holds_canary(*out));
  CHECK(text_of(*out).find("CANA") == std::string_view::npos);
  return *out;
}

std::string refusal(const Profile& profile, Samples samples = Samples::rgb) {
  const auto out = reduced(profile.bytes(), samples);
  return out ? "accepted" : std::string(name_of(out.code()));
}

Profile with(Profile profile, std::string_view name, const Bytes& content) {
  for (auto& [tag, data] : profile.tags)
    if (tag == name) return data = content, profile;
  profile.tags.emplace_back(name, content);
  return profile;
}

/// The profiles that a renderer is asked about.
std::vector<Bytes> usual_profiles() {
  const Bytes chad = joined({text("sf32\0\0\0\0"sv), fixed(1.048), fixed(0.023), fixed(-0.05), fixed(0.03), fixed(0.99),
                             fixed(-0.017), fixed(-0.009), fixed(0.015), fixed(0.752)});
  return {display_profile().bytes(),
          display_profile(table_curve(4096)).bytes(),
          display_profile(gamma_curve(1.8)).bytes(),
          display_profile(joined({text("curv\0\0\0\0"sv), big32(0)}), 4).bytes(),
          with(display_profile(parametric_curve(), 4), "chad", chad).bytes(),
          with(display_profile(parametric_curve()), "gTRC", gamma_curve(2.2)).bytes(),
          gray_profile().bytes()};
}
Samples samples_of(const Bytes& profile) { return profile[16] == 'G' ? Samples::gray : Samples::rgb; }

}  // namespace

TEST_CASE("a profile is reduced to what rendering needs") {
  for (const Bytes& profile : usual_profiles()) must_reduce(profile, samples_of(profile));
  // Equal curves stand once.
  CHECK(must_reduce(display_profile().bytes()).size() < 3000);
  // Who made it, when and for which device makes no difference.
  Profile other = display_profile();
  other.tags[0].second = text("desc of another");
  other.tags.insert(other.tags.begin(), {"view", text(canary)});
  CHECK(must_reduce(other.bytes()) == must_reduce(display_profile().bytes()));
  Bytes longer = display_profile().bytes();
  append(longer, text(canary));
  CHECK(must_reduce(longer) == must_reduce(display_profile().bytes()));
}

TEST_CASE("a profile that cannot be reduced is named") {
  CHECK(refusal(with(display_profile(), "A2B0", text("mft2"))) == "unsupported_media");
  CHECK(refusal(with(display_profile(), "D2B1", text("mpet"))) == "unsupported_media");
  CHECK(refusal({.kind = "prtr", .space = "CMYK", .connection = "Lab ", .tags = {{"A2B0", text("mft2")}}}, Samples::other) == "unsupported_media");
  CHECK(refusal({.kind = "link", .tags = display_profile().tags}) == "unsupported_media");
  CHECK(refusal({.space = "Lab ", .tags = display_profile().tags}) == "unsupported_media");
  CHECK(refusal({.version = 5, .tags = display_profile().tags}) == "unsupported_media");
  CHECK(refusal({.connection = "Lab ", .tags = display_profile().tags}) == "unsupported_media");
  CHECK(refusal({.tags = gray_profile().tags}) == "unsupported_media");
  CHECK(refusal(display_profile(), Samples::gray) == "unsupported_media");
  CHECK(refusal(gray_profile()) == "unsupported_media");
  CHECK(refusal(display_profile(table_curve(4097))) == "unsupported_media");
  CHECK(refusal(with(display_profile(), "rXYZ", xyz(5, 0, 0))) == "unsupported_media");
  CHECK(refusal(with(display_profile(), "rXYZ", text("XYZ \0\0\0\0CANARY-7f3a9"sv))) == "unsupported_media");
  CHECK(refusal(with(display_profile(), "wtpt", text("XYZ "))) == "malformed_media");
  CHECK(refusal(with(display_profile(), "rTRC", text("curv\0\0\0\0\0\0\0\6CANARY-7f3a91"sv))) == "unsupported_media");
  CHECK(refusal(with(display_profile(), "rTRC", gamma_curve(0))) == "malformed_media");
  CHECK(refusal(with(display_profile(), "rTRC", text("curv\0\0\0\0\0\0\0\7"sv))) == "malformed_media");
  CHECK(refusal(with(display_profile(), "rTRC", text("para\0\0\0\0\0\5\0\0"sv))) == "malformed_media");
  // Letters in ascending pairs, in a table as long as real ones.
  Bytes letters = table_curve(1024);
  for (std::size_t i = 0; i < 512; ++i) letters[12 + 2 * i] = letters[13 + 2 * i] = static_cast<Byte>(i < 300 ? 'A' : 'N');
  CHECK(refusal(display_profile(letters)) == "unsupported_media");
  Profile twice = display_profile();
  twice.tags.push_back(twice.tags.back());
  CHECK(refusal(twice) == "malformed_media");
  CHECK_FALSE(reduced({}, Samples::rgb));
  const Bytes whole = display_profile(gamma_curve(2)).bytes();
  for (std::size_t size = 0; size < whole.size(); ++size)
    if (reduced(ByteView(whole).first(size), Samples::rgb)) FAIL("accepted when cut at " << size);
}

TEST_CASE("what becomes of a profile is the documenter's choice") {
  std::vector<std::string> warnings;
  const Bytes good = display_profile().bytes(), cmyk = Profile{.space = "CMYK", .tags = {{"A2B0", text("mft2")}}}.bytes();
  CHECK(settled(good, Samples::rgb, ColourProfile::reduce, warnings).value() == reduced(good, Samples::rgb).value());
  CHECK(settled(good, Samples::rgb, ColourProfile::refuse, warnings).value() == reduced(good, Samples::rgb).value());
  CHECK(warnings.empty());
  CHECK(settled(good, Samples::rgb, ColourProfile::drop, warnings).value().empty());
  CHECK(warnings.size() == 1);
  CHECK(settled(cmyk, Samples::other, ColourProfile::reduce, warnings).value().empty());
  CHECK(warnings.size() == 2);
  CHECK(settled(cmyk, Samples::other, ColourProfile::refuse, warnings).code() == Errc::unsupported_media);
}

TEST_CASE("the check accepts a reduced profile only as it must be") {
  for (const Bytes& profile : usual_profiles()) {
    const Bytes out = must_reduce(profile, samples_of(profile));
    CHECK(check::channels_of_reduced_profile(profile) == 0);
    for (std::size_t at = 0; at < std::min<std::size_t>(out.size(), 700); ++at) {
      Bytes changed = out;
      changed[at] ^= 0x40;
      // A number within its range may change, but then the original says something else.
      if (check::channels_of_reduced_profile(changed) && check::renders_like(changed, profile)) FAIL("accepted a change at " << at);
      changed = out;
      changed.erase(changed.begin() + static_cast<std::ptrdiff_t>(at));
      if (check::channels_of_reduced_profile(changed)) FAIL("accepted without the byte at " << at);
      changed = out;
      changed.insert(changed.begin() + static_cast<std::ptrdiff_t>(at), 0);
      if (check::channels_of_reduced_profile(changed)) FAIL("accepted a byte more at " << at);
    }
  }
  CHECK_FALSE(check::renders_like(must_reduce(display_profile().bytes()), display_profile(gamma_curve(2)).bytes()));
  CHECK_FALSE(check::renders_like(must_reduce(display_profile().bytes()), with(display_profile(), "A2B0", text("mft2")).bytes()));
}

#ifdef DOKAZ_HAS_LCMS
TEST_CASE("Little CMS renders a cube of colours alike through both profiles") {
  const auto cube = [](const Bytes& bytes, cmsUInt32Number intent) {
    const bool gray = bytes[16] == 'G';
    cmsHPROFILE profile = cmsOpenProfileFromMem(bytes.data(), static_cast<cmsUInt32Number>(bytes.size()));
    REQUIRE(profile);
    cmsHPROFILE screen = cmsCreate_sRGBProfile();
    cmsHTRANSFORM transform = cmsCreateTransform(profile, gray ? TYPE_GRAY_16 : TYPE_RGB_16, screen, TYPE_RGB_16, intent, 0);
    REQUIRE(transform);
    std::vector<std::uint16_t> from, to;
    constexpr unsigned steps = 33;
    const auto level = [](unsigned i) { return static_cast<std::uint16_t>(i * 65535 / (steps - 1)); };
    for (unsigned r = 0; r < steps; ++r)
      for (unsigned g = 0; g < steps; ++g)
        for (unsigned b = 0; b < steps; ++b)
          if (gray) from.push_back(static_cast<std::uint16_t>(r * 1985 + g * 60 + b));
          else from.insert(from.end(), {level(r), level(g), level(b)});
    const std::size_t colours = from.size() / (gray ? 1 : 3);
    to.resize(3 * colours);
    cmsDoTransform(transform, from.data(), to.data(), static_cast<cmsUInt32Number>(colours));
    cmsDeleteTransform(transform);
    cmsCloseProfile(screen);
    cmsCloseProfile(profile);
    return to;
  };
  for (const Bytes& profile : usual_profiles())
    for (const cmsUInt32Number intent : {INTENT_PERCEPTUAL, INTENT_RELATIVE_COLORIMETRIC, INTENT_ABSOLUTE_COLORIMETRIC})
      CHECK(cube(profile, intent) == cube(must_reduce(profile, samples_of(profile)), intent));
}
#endif
