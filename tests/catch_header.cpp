// SPDX-License-Identifier: GPL-3.0-or-later
// Empty on purpose: the one source for which Catch's precompiled header is built (catch_main.cpp cannot use it).
