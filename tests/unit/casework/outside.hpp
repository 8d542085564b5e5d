// SPDX-License-Identifier: GPL-3.0-or-later
// What others say of a PDF.
#pragma once

#include "tests/unit/crypto/scratch.hpp"
#include "tests/unit/crypto/shell.hpp"

namespace dokaz::test {

/// On both of its outputs.
inline std::string said_by(const std::string& command) { return output_of("{ " + command + "; } 2>&1"); }

/// What PDFBox's preflight says of a file: "valid" or its findings; empty where it is not installed.
inline std::string preflight_says(const std::filesystem::path& pdf) {
  const std::string java = "/usr/share/java/";
  std::string jars;
  for (const char* one : {"preflight", "pdfbox2", "fontbox2", "xmpbox", "commons-logging", "javax.activation", "jaxb-api"}) {
    if (!std::filesystem::exists(java + one + ".jar")) return {};
    jars += java + one + ".jar:";
  }
  if (!is_installed("java")) return {};
  const std::string said = said_by("java -Djava.awt.headless=true -cp " + jars + " org.apache.pdfbox.preflight.Validator_A1b " + quoted(pdf));
  return said.find("is a valid PDF/A-1b file") != said.npos ? "valid" : said;
}

}  // namespace dokaz::test
