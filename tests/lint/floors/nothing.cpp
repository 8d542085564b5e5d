// SPDX-License-Identifier: GPL-3.0-or-later
// Empty on purpose: the floors are checked when the build is configured.
