# SPDX-License-Identifier: GPL-3.0-or-later
# What a package holds: four programs, the worker that only `dokaz` starts, man pages and documents,
# and what an operator's machine needs beside the server: its user and its folder.
install(TARGETS dokaz_collector dokaz_server dokaz_case dokaz_verify RUNTIME DESTINATION "${CMAKE_INSTALL_BINDIR}")
install(TARGETS dokaz_intake_worker RUNTIME DESTINATION "${CMAKE_INSTALL_LIBEXECDIR}/dokaz")
install(FILES packaging/dokaz-server.sysusers DESTINATION lib/sysusers.d RENAME dokaz-server.conf)
install(FILES packaging/dokaz-server.tmpfiles DESTINATION lib/tmpfiles.d RENAME dokaz-server.conf)
install(FILES packaging/server.toml DESTINATION "${CMAKE_INSTALL_DOCDIR}/examples")
install(FILES docs/guides/documenter.md docs/guides/lawyer.md docs/guides/operator.md DESTINATION "${CMAKE_INSTALL_DOCDIR}/guides")
set(completions "${CMAKE_BINARY_DIR}/share/completions")
install(FILES "${completions}/dokaz.bash" DESTINATION "${CMAKE_INSTALL_DATADIR}/bash-completion/completions" RENAME dokaz)
install(FILES "${completions}/dokaz.zsh" DESTINATION "${CMAKE_INSTALL_DATADIR}/zsh/vendor-completions" RENAME _dokaz)
install(FILES "${completions}/dokaz.fish" DESTINATION "${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d")
file(GLOB pages CONFIGURE_DEPENDS "${CMAKE_SOURCE_DIR}/docs/man/*.1")
install(FILES ${pages} DESTINATION "${CMAKE_INSTALL_MANDIR}/man1")
install(FILES README.md LICENSE docs/format.md docs/protocol.md docs/threat-model.md docs/glossary.md
  docs/architecture.md DESTINATION "${CMAKE_INSTALL_DOCDIR}")
configure_file(sync-server/daemon/dokaz-server.service "${CMAKE_BINARY_DIR}/dokaz-server.service" @ONLY)
# Where the program is follows from the prefix, which may be named only when it is installed.
install(CODE "
  set(CMAKE_INSTALL_FULL_BINDIR \"\${CMAKE_INSTALL_PREFIX}/${CMAKE_INSTALL_BINDIR}\")
  configure_file(\"${CMAKE_SOURCE_DIR}/sync-server/daemon/dokaz-server.service\"
    \"${CMAKE_BINARY_DIR}/installed/dokaz-server.service\" @ONLY)")
install(FILES "${CMAKE_BINARY_DIR}/installed/dokaz-server.service" DESTINATION lib/systemd/system)
