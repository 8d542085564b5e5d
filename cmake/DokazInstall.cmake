# SPDX-License-Identifier: GPL-3.0-or-later
# What a package holds: four programs, the worker that only `dokaz` starts, man pages and documents.
install(TARGETS dokaz_collector dokaz_server dokaz_case dokaz_verify RUNTIME DESTINATION "${CMAKE_INSTALL_BINDIR}")
install(TARGETS dokaz_intake_worker RUNTIME DESTINATION "${CMAKE_INSTALL_LIBEXECDIR}/dokaz")
install(DIRECTORY docs/man/ DESTINATION "${CMAKE_INSTALL_MANDIR}/man1" FILES_MATCHING PATTERN "*.1")
install(FILES README.md LICENSE docs/format.md docs/protocol.md docs/threat-model.md docs/glossary.md
  docs/architecture.md DESTINATION "${CMAKE_INSTALL_DOCDIR}")
configure_file(sync-server/daemon/dokaz-server.service "${CMAKE_BINARY_DIR}/dokaz-server.service" @ONLY)
install(FILES "${CMAKE_BINARY_DIR}/dokaz-server.service" DESTINATION lib/systemd/system)
