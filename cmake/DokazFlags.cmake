# SPDX-License-Identifier: GPL-3.0-or-later
# Language level, warnings and hardening that every target of the project shares.
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)

# -O3 makes GCC 12 warn of what is not there; what it would gain in speed was not measured.
set(CMAKE_CXX_FLAGS_RELEASE "-O2 -DNDEBUG")

if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE Release CACHE STRING "" FORCE)
endif()

add_library(dokaz_flags INTERFACE)
target_include_directories(dokaz_flags INTERFACE "${CMAKE_SOURCE_DIR}")
target_compile_options(dokaz_flags INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wnon-virtual-dtor -Woverloaded-virtual
  -Wnull-dereference -Wimplicit-fallthrough -Werror
  -fPIE -fstack-protector-strong -fstack-clash-protection)
if(CMAKE_SYSTEM_PROCESSOR MATCHES "x86_64|amd64")
  target_compile_options(dokaz_flags INTERFACE -fcf-protection=full)
endif()
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # GCC 12 reports false positives of these in the standard library's own headers.
  target_compile_options(dokaz_flags INTERFACE -Wno-restrict -Wno-null-dereference)
endif()
if(NOT CMAKE_BUILD_TYPE STREQUAL "Debug" AND NOT DOKAZ_SANITIZE)
  target_compile_options(dokaz_flags INTERFACE -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3)
endif()
target_compile_definitions(dokaz_flags INTERFACE _GLIBCXX_ASSERTIONS)
target_link_options(dokaz_flags INTERFACE -pie -Wl,-z,relro -Wl,-z,now -Wl,-z,noexecstack -Wl,--as-needed)
if(DOKAZ_SANITIZE)
  target_compile_options(dokaz_flags INTERFACE -fsanitize=${DOKAZ_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
    # Its check of called functions' types cannot be built where a coroutine is.
    target_compile_options(dokaz_flags INTERFACE -fno-sanitize=function)
  endif()
  target_link_options(dokaz_flags INTERFACE -fsanitize=${DOKAZ_SANITIZE})
endif()
if(DOKAZ_FUZZ)
  # Coverage in the libraries too, or libFuzzer is blind; its main comes with the targets of tests/fuzz.
  target_compile_options(dokaz_flags INTERFACE -fsanitize=fuzzer-no-link)
  target_link_options(dokaz_flags INTERFACE -fsanitize=fuzzer-no-link)
endif()
