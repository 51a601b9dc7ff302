#!/bin/sh
# The twin's case with a regulator that takes no bundles: portal, e-mail and post, to its decision.
# Usage: docs/walkthrough-portal.sh [FOLDER]   (BREACHCASE names the program, default ./run)
set -eu

here=$(cd "$(dirname "$0")/.." && pwd)
program=${BREACHCASE:-$here/run}
twin=$here/tui/sample
place=${1:-$(mktemp -d)}
zone='[Europe/London]'
cd "$place"
export XDG_STATE_HOME="$place/state" # what is remembered of the vault stays with it

printf 'fictional words of a controller\n' > controller.pass
chmod 600 controller.pass

controller() { "$program" --vault "$place/controller" --passphrase-file controller.pass "$@"; }
say() { printf '\n== %s\n' "$*"; }

say 'the controller records the breach'
controller vault init --role controller --organisation 'Northmoor Training Agency' \
    --person 'A. Responder' --zone Europe/London \
    --kdf-memory "${BREACHCASE_WALKTHROUGH_MEMORY:-256}" --recovery-file controller.recovery
controller new 'Staff records at a training supplier'
controller edit staff-records --from "$twin/twin-initial.json"
controller edit staff-records --aware "2019-12-18T16:42$zone" \
    --reason 'date from the duty log, time from the initial report'
controller check staff-records || true

say 'a copy-sheet in the order of the portal, pasted field by field or read out'
controller doc staff-records sheet -o sheet.txt --yes
cat sheet.txt

say 'sent by the portal, which gives a receipt; that stops the clock'
controller sent staff-records --at "2019-12-20T18:16$zone" --via portal --ref WEB-004417
controller clock staff-records

say 'the acknowledgement is an ordinary e-mail: kept as it came, its dates as their statement'
cat > ack.eml << 'EOF'
From: casework@regulator.example
To: dp@northmoor.example
Date: Mon, 23 Dec 2019 11:23:00 +0000
Message-ID: <20191223112300.4417@regulator.example>
Subject: Acknowledgement - IC-40717-T3W9

Thank you for your report of 23 December 2019. Your reference is IC-40717-T3W9.
EOF
controller acked staff-records --ref IC-40717-T3W9 --from ack.eml \
    --at "2019-12-23T11:23$zone" --reported "2019-12-23T11:12$zone" --filed "2019-12-23T11:12$zone"

say 'that was the filing stamp; asked by telephone, they correct it'
controller acked IC-40717-T3W9 --ref IC-40717-T3W9 --via phone \
    --at "2019-12-23T14:05$zone" --reported "2019-12-20$zone"
controller clock IC-40717-T3W9

say 'the follow-up: a draft that replies to the acknowledgement, the answers in clear with it'
controller followup IC-40717-T3W9
controller edit IC-40717-T3W9 --from "$twin/twin-follow-up.json"
controller doc IC-40717-T3W9 eml --plain -o follow-up.eml --yes
sed -n '/^\r*$/q;p' follow-up.eml
controller doc IC-40717-T3W9 sheet -o follow-up.txt --yes
controller sent IC-40717-T3W9 --at "2019-12-31T20:02$zone" --via portal --ref WEB-004902

say 'the decision comes by post; the scan of the letter is kept'
printf '%%PDF-1.4 fictional scan of a letter\n' > decision.pdf
controller decided IC-40717-T3W9 --via post --from decision.pdf --at "2020-01-14T15:47$zone" \
    --outcome 'no further action on this occasion' \
    --reason 'the incident appears to be isolated' \
    --reason 'many people are concerned, but the data are of low actual sensitivity' \
    --reason 'no evidence of detriment has been received' \
    --reason 'the controller considers a risk unlikely and keeps investigating' \
    --reason 'action has been taken' \
    --recommend 'check whether the measures in place before were followed and adequate' \
    --recommend 'keep monitoring, and act and tell us if the risk assessment changes'

say 'closed; the letters come out again as they came'
controller close IC-40717-T3W9 --at "2020-01-14T16:30$zone"
controller extract IC-40717-T3W9 ack.eml -o ack-again.eml
cmp ack.eml ack-again.eml
controller show IC-40717-T3W9
