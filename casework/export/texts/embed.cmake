# SPDX-License-Identifier: GPL-3.0-or-later
# cmake -DOUT=… -DSCRIPT=… -DPAGE=… -P embed.cmake: writes the two files as arrays of bytes.
function(embed NAME FILE)
  file(READ "${FILE}" digits HEX)
  string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," bytes "${digits}")
  string(APPEND code "constexpr unsigned char ${NAME}[] = {${bytes}};\n")
  set(code "${code}" PARENT_SCOPE)
endfunction()

set(code "// Generated from verify.sh and README.html.\n#include \"casework/export/texts/texts.hpp\"\n#include \"crypto/bytes.hpp\"\n\nnamespace dokaz {\nnamespace {\n")
embed(script "${SCRIPT}")
embed(page "${PAGE}")
string(APPEND code "}  // namespace\n\n"
  "std::string_view script_text() { return text_of(script); }\n"
  "std::string_view page_text() { return text_of(page); }\n\n}  // namespace dokaz\n")
file(WRITE "${OUT}" "${code}")
