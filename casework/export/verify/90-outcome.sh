# SPDX-License-Identifier: GPL-3.0-or-later
# --- What this shows, and what it does not -------------------------------------------------------------

limits=()
stamped=${covered["$item_head"]:-}
if [[ -z $item_witnessed ]]; then
  limits+=("No independent witness vouches for the log: its operator alone says that it shows everybody the same.")
fi
if [[ -z $item_witnessed && -z $stamped ]]; then
  limits+=("The time is claimed only: nobody independent proves when the statement existed.")
elif [[ -z ${witnessed_heads[$item_seen]:-} ]]; then
  limits+=("Nobody independent proves a time before which the statement did not exist.")
fi
[[ -n $stored ]] || limits+=("No statement of the server that it stored the objects is here.")
[[ -z $stamped || -z $revocation_not_shown ]] || limits+=("That the time authority's certificate was not revoked is not shown.")
[[ -z $unconfirmed ]] || limits+=("Time stamps are here that lead to no authority's root that was given: they prove nothing.")

echo
if ((${#limits[@]} == 0)); then outcome=VERIFIED; else outcome="VERIFIED WITH LIMITS"; fi
echo "$outcome, for the fingerprint and the policy that you gave."
for limit in "${limits[@]}"; do echo "Limit:      $limit"; done
echo "Item:       $item_hash"
echo "Signed by:  ${name_of[$item_member]} (${role_of[$item_member]})"
echo "Time:       claimed by the signer's clock: $(field "$item" time)"
[[ -z $stamped ]] || echo "            not after: $stamped"
if [[ -n $item_witnessed ]]; then
  echo "            not after the latest of: $item_witnessed"
  [[ -z ${witnessed_heads[$item_seen]:-} ]] || echo "            not before the earliest of: ${witnessed_heads[$item_seen]}"
fi
[[ -n $item_witnessed$stamped ]] || echo "            not after: proved by nobody independent"
echo "Not proved: that the scene is real; when and where a picture was taken; who stands behind a"
echo "            pseudonym; that there is nothing else. Only that nothing was changed since sealing."
echo "Not checked: that keys and signatures lie in the prime-order subgroup (section 2); of time stamps,"
echo "            whether clocks contradict each other (section 16): dokaz-verify does."
echo
echo "Other tools for parts of this check:"
echo "  ssh-keygen -Y verify -f allowed_signers -I ${name_of[$exporter_hash]} -n dokaz-exhibit \\"
echo "    -s tagmanifest-sha256.txt.sig < tagmanifest-sha256.txt"
echo "  sigsum-verify -k $(key_file "$item_member") -p POLICY data/item/statement.sigsum-proof \\"
echo "    < data/item/statement"
echo "  age -d -i KEY data/item/objects/NAME.age | tar x        (whoever holds a key of the case)"
((${#limits[@]} == 0)) || exit 3
