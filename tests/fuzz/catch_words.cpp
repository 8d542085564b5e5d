// SPDX-License-Identifier: GPL-3.0-or-later
// Catch2 without its main: fixtures that a target shares with the unit tests speak to it where they fail.
#define CATCH_CONFIG_RUNNER
#include <catch2/catch.hpp>
