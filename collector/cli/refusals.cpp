// SPDX-License-Identifier: GPL-3.0-or-later
#include "collector/cli/refusals.hpp"

#include <algorithm>

#include "proto/format/fact.hpp"

#include "console/say.hpp"

namespace dokaz::cli {
namespace {

struct Sentences {
  Errc refusal;
  std::string_view meaning;  // a whole sentence; empty where the failure's own words say it all
  std::string_view remedy;   // what helps with this file itself, whoever it is for
};

constexpr std::string_view copy_again =
    "Keep the file. Copy it again from the camera or phone, and try that copy: a broken card, or a copy that was cut, "
    "often shows like this.";
constexpr std::string_view report_it = "Keep the file, and report its kind and the camera that made it.";

constexpr Sentences catalogue[] = {
    {Errc::not_found, "", "Check the file's name; one that begins with a dash comes after \"--\"."},
    {Errc::not_regular_file, "It was not opened.",
     "Give the file itself, not a link, a pipe or a device: copy it into a folder first."},
    {Errc::io_error, "", "Check the disk or card and the permissions, then try again."},
    {Errc::too_large, "", "Give a smaller file, or a part of it."},
    {Errc::empty_file, "", "Copy it again from the camera or phone; a broken card often shows like this."},
    {Errc::unknown_media, "Nobody can say what in it would betray whom.", "Keep the file."},
    {Errc::unsupported_media, "This version knows the kind, and cannot clean it.", "Keep the file."},
    {Errc::truncated_media, "It ends before its content does.", copy_again},
    {Errc::malformed_media, "What cannot be understood could hide something, so no clean copy is made of it.", copy_again},
    {Errc::parser_died, "The part of dokaz that reads files is locked in, so nothing else was harmed.",
     "Keep the file and show it to somebody technical: it may be made to do harm."},
    {Errc::not_clean, "A clean copy was made and thrown away, because the second check did not accept it.", report_it},
    {Errc::not_recoverable,
     "A clean copy was made and thrown away, because the original could not be had back from it.", report_it},
    {Errc::already_sealed, "", "Nothing: it is in the vault already. dokaz list shows its state."},
};

const Sentences* sentences_of(Errc refusal) {
  const auto* found = std::find_if(std::begin(catalogue), std::end(catalogue),
                                   [&](const Sentences& one) { return one.refusal == refusal; });
  return found == std::end(catalogue) ? nullptr : found;
}

}  // namespace

bool is_refusal(Errc code) { return sentences_of(code) != nullptr; }

std::string_view meaning_of(Errc refusal) { return sentences_of(refusal)->meaning; }

std::string next_after_refusal(Command command, Errc refusal) {
  const std::string remedy = console::say_text(sentences_of(refusal)->remedy);
  if (!is_uncleaned_reason(refusal)) return remedy;
  if (command == Command::add)
    return remedy + console::say_text(" To seal it as it is, for the legal team only, marked \"not cleaned\": give the same command with "
                    "--seal-uncleaned.");
  return remedy + console::say_text(" Do not pass it on as it is. In a vault, dokaz add --seal-uncleaned hands it to the legal team, and "
                  "to nobody else.");
}

}  // namespace dokaz::cli
