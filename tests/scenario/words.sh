# SPDX-License-Identifier: GPL-3.0-or-later
# The words that scenarios use beside the programs themselves. Sourced by `run`.
servers=()

# A server on a port that the system picks; its address is in $ADDRESS, its folder is the argument.
start_server() { # folder [listen address]
  rm -f "$1.log"
  mkfifo "$1.log"
  dokaz-server run --allow-root --data "$1" --listen "${2:-127.0.0.1:0}" >"$1.log" 2>"$1.err" &
  SERVER=$!
  servers+=("$SERVER")
  local line=
  read -r line <"$1.log" || :
  ADDRESS=${line#listening on }
  [ -n "$ADDRESS" ] && [ "$ADDRESS" != "$line" ]
}

start_server_with() { # file of settings
  rm -f server.log
  mkfifo server.log
  dokaz-server run --allow-root --config "$1" >server.log 2>server.err &
  SERVER=$!
  servers+=("$SERVER")
  local line=
  read -r line <server.log || :
  ADDRESS=${line#listening on }
  [ -n "$ADDRESS" ] && [ "$ADDRESS" != "$line" ]
}

# The operator's guide has nginx pass on what names no site: its own lines, and the pin that comes through them.
behind_nginx() { # address of the server, its card
  local module=/usr/lib/nginx/modules/ngx_stream_module.so guide=$here/../../docs/guides/operator.md pid pin
  [ -e "$module" ] && command -v nginx >/dev/null ||
    { echo "not tested: nginx or its stream module is not installed"; return 0; }
  { echo "load_module $module; daemon off; pid $PWD/nginx.pid; error_log stderr; events {}"
    sed -n '/^stream {/,/^}/p' "$guide" |
      sed "s|listen 443;|listen unix:$PWD/front.sock;|; /\\[::\\]/d; s|127.0.0.1:7430|$1|"; } >nginx.conf
  nginx -e stderr -p "$PWD" -c "$PWD/nginx.conf" &
  pid=$!
  servers+=("$pid")
  until [ -S front.sock ] || ! kill -0 "$pid" 2>/dev/null; do :; done
  pin=$(openssl s_client -unix front.sock -noservername -alpn h2 </dev/null 2>/dev/null |
    openssl x509 -pubkey -noout | openssl pkey -pubin -outform der | sha256sum | cut -d' ' -f1)
  stop_server "$pid"
  grep -qF "$pin" "$2"
}

stop_server() { # the newest, or the given process
  local pid=${1:-$SERVER}
  kill "$pid" 2>/dev/null || :
  wait "$pid" 2>/dev/null || :
}

stop_servers() {
  local pid
  for pid in "${servers[@]}"; do
    kill "$pid" 2>/dev/null || continue
    wait "$pid" 2>/dev/null || :
  done
}

# A JPEG with place, camera and serial number in it, and MARKER in every field that takes text.
make_photo() { # file.jpg [marker]
  ppmpat -camo -randomseed="${3:-7}" 96 64 2>/dev/null | pnmtojpeg -quality 80 >"$1" 2>/dev/null &&
    exiv2 -M"set Exif.Image.Make Ascii ${2:-Camera}" -M"set Exif.Image.Model Ascii ${2:-Model} 7" \
      -M"set Exif.Photo.BodySerialNumber Ascii ${2:-serial}-0042" \
      -M"set Exif.Photo.DateTimeOriginal Ascii 2026:05:01 10:12:00" -M"set Exif.Photo.OffsetTimeOriginal Ascii +03:00" \
      -M"set Exif.GPSInfo.GPSLatitudeRef Ascii N" -M"set Exif.GPSInfo.GPSLatitude Rational 53/1 54/1 0/1" \
      -M"set Exif.GPSInfo.GPSLongitudeRef Ascii E" -M"set Exif.GPSInfo.GPSLongitude Rational 27/1 33/1 0/1" \
      -c "${2:-comment}" "$1"
}
make_png() { # file.png
  ppmpat -gingham2 -randomseed=3 64 48 2>/dev/null | pnmtopng -text <(printf 'Author %s\n' "${2:-somebody}") >"$1" 2>/dev/null
}

# A server, a case and an invitation, in the folders server/ and case/, and the file invitation.
new_case() {
  printf 'correct horse battery\n' >case.pass
  printf 'staple in the field\n' >field.pass
  dokaz-server init --data server && dokaz-server card --data server >server.card &&
    start_server server &&
    dokaz-case create --case case --server "$ADDRESS" --card server.card --passphrase-file case.pass &&
    dokaz-server case grant --data server case/roster &&
    dokaz-case invite --case case --pseudonym witness-1 --out invitation --passphrase-file case.pass &&
    FINGERPRINT=$(dokaz-case fingerprint --case case --passphrase-file case.pass | grep -oE '[0-9a-f]{64}')
}
# From here on the passphrases of new_case and of the vault field/ cost little: for scenarios that are not about them.
# Where only the programs were built, they cost what they cost.
spare_work() {
  local cheap=$DOKAZ_BIN/../tests/dokaz-low-cost
  [ ! -x "$cheap" ] || { "$cheap" field/key field.pass && "$cheap" case/case.key case.pass; }
}
field() { dokaz --vault field --passphrase-file field.pass "$@"; }
team() { dokaz-case "$@" --case case --passphrase-file case.pass; }

# Whom it concerns agreed: what leaves the case for this use is let through.
agreed() { team consent "$1" --uses "$2" --by birch; } # item uses

# The short name of the nth item as the legal team's list shows it: the first digits of its statement's hash.
nth_item() { team list | awk -v n="$1" '/^[0-9a-f]/ && ++found == n {print $1}'; }

# Asks again and again until it is so, for at most a minute: for what another program does by itself.
until_true() { # command …
  local end=$((SECONDS + 60))
  until "$@"; do
    [ "$SECONDS" -lt "$end" ] || return 1
    read -rt 0.1 <>"$place/.nothing" || :
  done
}
size_of() { sed -n 2p "$1/log/checkpoint"; }
has_size() { [ "$(size_of "$1")" = "$2" ]; }
# Witnesses have cosigned all that the log has.
is_cosigned() { [ -e "$1/log/cosigned" ] && [ "$(sed -n 2,3p "$1/log/cosigned")" = "$(sed -n 2,3p "$1/log/checkpoint")" ]; }

# One of the Sigsum project's witnesses, for the log of server/; it keeps its key, its state and its port.
start_witness() { # name
  [ -e "$1.witness" ] || {
    sigsum-key generate -o "$1.witness" &&
      python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])' >"$1.port"
  } || return 1
  GODEBUG=httpmuxgo121=0 sigsum-witness -k "$1.witness" --log-key log.pub --state-file "$1.state" \
    "127.0.0.1:$(<"$1.port")" >>"$1.out" 2>&1 &
  echo $! >"$1.pid"
  servers+=("$!")
  until_true bash -c ": <>/dev/tcp/127.0.0.1/$(<"$1.port")" 2>/dev/null
}
stop_witness() { stop_server "$(<"$1.pid")"; } # name

# As new_case, with the three witnesses north, south and west, of which two suffice, and with two invitations.
new_witnessed_case() {
  printf 'correct horse battery\n' >case.pass
  printf 'staple in the field\n' >field.pass
  dokaz-server init --data server >server.card || return 1
  local key name
  key=$(sed -n 's/^log //p' server.card)
  sigsum-key from-hex <<<"$key" >log.pub || return 1
  echo "log $key" >case.policy
  for name in north south west; do
    start_witness $name || return 1
    echo "witness sigsum.org/v1/witness/$(sigsum-key to-hash -k $name.witness.pub) $(sigsum-key to-hex -k $name.witness.pub)" >>case.policy
  done
  echo "group all 2 $(sed -n 's/^witness \([^ ]*\) .*/\1/p' case.policy | tr '\n' ' ' | sed 's/ $//')" >>case.policy
  echo "quorum all" >>case.policy
  local ports=("$(<north.port)" "$(<south.port)" "$(<west.port)") line number=0
  while read -r line; do
    case $line in
      witness*) echo "$line http://127.0.0.1:${ports[$((number++))]}" ;;
      *) echo "$line" ;;
    esac
  done <case.policy >server/policy
  start_server server &&
    dokaz-case create --case case --server "$ADDRESS" --card server.card --policy case.policy --passphrase-file case.pass &&
    dokaz-server case grant --data server case/roster &&
    dokaz-case invite --case case --pseudonym witness-1 --out invitation --passphrase-file case.pass &&
    dokaz-case invite --case case --pseudonym other-1 --out second-invitation --passphrase-file case.pass &&
    FINGERPRINT=$(dokaz-case fingerprint --case case --passphrase-file case.pass | grep -oE '[0-9a-f]{64}')
}
other() { dokaz --vault second --passphrase-file field.pass "$@"; }
third() { dokaz --vault third --passphrase-file field.pass "$@"; }

exists() { [ -e "$1" ]; }
absent() { [ ! -e "$1" ]; }
# No file below the folders holds the text, in ASCII, UTF-16, base64 or hex.
nowhere() { # text folder …
  local text=$1 utf16 b64 hexed
  shift
  utf16=$(printf %s "$text" | sed 's/./&\\x00/g')
  b64=$(printf %s "$text" | base64 -w0 | sed 's/=*$//; s/..$//')
  hexed=$(printf %s "$text" | od -An -tx1 | tr -d ' \n')
  ! grep -rlaF -e "$text" -e "$b64" -e "$hexed" "$@" && ! LC_ALL=C grep -rlaP -e "$utf16" "$@"
}
# Changes one byte of a file at an offset.
change_byte() { # file offset
  local old
  old=$(od -An -tu1 -j"$2" -N1 "$1" | tr -d ' ')
  printf "$(printf '\\%03o' $((old ^ 1)))" | dd of="$1" bs=1 seek="$2" conv=notrunc status=none
}

# `dokaz NAME … --json`: one document, held to docs/schema/NAME.json; ends as the command does. What was shown is noted.
answers() { # name, arguments
  local name=$1 code
  shift
  code=0
  field "$name" "$@" --json >.document || code=$?
  python3 "$here/../schema/validate.py" "$here/../../docs/schema" "$name" <.document || return 99
  echo "$name $([ "$code" = 0 ] && echo done || echo failed)" >>.answered
  return "$code"
}
has_jsonschema() { # asked once
  [ -n "${JSONSCHEMA:-}" ] || JSONSCHEMA=$(python3 -c 'import jsonschema' 2>/dev/null && echo yes || echo no)
  [ "$JSONSCHEMA" = yes ]
}
# `dokaz-case COMMAND … --json`: one document, held to docs/schema/case-NAME.json, which is left in .document.
case_answers() { # name, command and arguments
  local name=$1 code=0
  shift
  dokaz-case "$@" --json >.document || code=$?
  ! has_jsonschema ||
    python3 "$here/../schema/validate.py" "$here/../../docs/schema" "case-$name" <.document || return 99
  return "$code"
}
# Each command of the option table was shown doing its work, and failing.
all_answered() {
  local name how
  dokaz-describe commands | while read -r name; do
    for how in done failed; do
      grep -qx "$name $how" .answered || { echo "not shown with --json: $name, $how"; return 1; }
    done
  done
}

# Every command of a guide's blocks is typed by the scenario that runs, with `field` for `dokaz`.
typed_as_in() { # guide
  local line
  sed -n '/^```/,/^```/p' "$here/../../docs/guides/$1.md" | grep '^dokaz ' | while IFS= read -r line; do
    grep -qF -- "field ${line#dokaz }" "$scenario" || { echo "not typed: $line"; return 1; }
  done
}

# The same for another program's guide; `team` for what is done with the case of the scenario.
typed_as_in_guide_of() { # program guide
  local line rest
  sed -n '/^```/,/^```/p' "$here/../../docs/guides/$2.md" | grep "^$1 " | while IFS= read -r line; do
    rest=${line#"$1" }
    grep -qF -e "team $rest" -e "$line" "$scenario" || { echo "not typed: $line"; return 1; }
  done
}
# PDFs as others make them.
pdf_of() { # words [pages]
  python3 "$here/text_pdf.py" "${2:-1}" <<<"$1"
}

# From here on the programs speak the language xx, in which whatever is not of the catalogue stands out.
speak_xx() {
  mkdir bin && cp "$DOKAZ_BIN/dokaz" "$DOKAZ_BIN/dokaz-intake" bin/ &&
    python3 "$here/../messages/pseudo.py" make "$here/../../messages/dokaz.pot" share/locale &&
    PATH=$PWD/bin:$PATH && export LANGUAGE=xx && hash -r
}
# The command, and all that it prints is of that language, or data. Ends as the command does.
said() {
  local code=0
  "$@" >.said 2>&1 || code=$?
  python3 "$here/../messages/pseudo.py" check "$here/../../crypto/errc.hpp" <.said || return 99
  cat .said
  return "$code"
}

# A watching sync brought this one; another command may hold the vault for a moment.
is_received() { field list --json >.list 2>&1 && jq -e --argjson n "$1" '.items[] | select(.number == $n) | .state == "received"' .list; } # number
# It said more than so many times that it will try again.
tried_again() { [ "$(grep -c "The next try is in" watch.out)" -gt "$1" ]; } # times
# The command ends well, and not before so many seconds by a clock that nobody sets.
at_least() { # seconds command …
  local least=$1 before after
  before=$(python3 -c 'import time; print(time.monotonic_ns() // 1000000)')
  shift
  "$@" || return
  after=$(python3 -c 'import time; print(time.monotonic_ns() // 1000000)')
  [ $((after - before)) -ge $((least * 1000)) ] || { echo "too fast: $((after - before)) ms"; return 1; }
}
# The same of the legal team's guide: with `team` for `dokaz-case`, and the item that the scenario has.
typed_by_team() { # guide, the scenarios that type it
  local line guide=$1
  shift
  sed -n '/^```/,/^```/p' "$here/../../docs/guides/$guide.md" | grep -E '^(dokaz-case|bash) ' | while IFS= read -r line; do
    line=${line/#dokaz-case /team }
    line=${line//90ab1c7c/\"\$ITEM\"}
    line=${line//4f07d2e6/\"\$OTHER\"}
    line=${line//\/media\//}
    cat "${@/#/$here/}" | grep -F -- "$line" >/dev/null || { echo "not typed: $line"; return 1; }
  done
}
# The command of dokaz-case with --json, held to its schema.
team_answers() { # name, arguments
  local name=$1 code
  shift
  code=0
  team "$name" "$@" --json >.document || code=$?
  python3 "$here/../schema/validate.py" "$here/../../docs/schema" "case-$name" <.document || return 99
  return "$code"
}
