#!/bin/sh
# One real case's twin between two vaults, by commands: from discovery to decision.
# Usage: docs/walkthrough.sh [FOLDER]   (BREACHCASE names the program, default ./run)
set -eu

here=$(cd "$(dirname "$0")/.." && pwd)
program=${BREACHCASE:-$here/run}
twin=$here/tui/sample
place=${1:-$(mktemp -d)}
zone='[Europe/London]'
cd "$place"
export XDG_STATE_HOME="$place/state" # what is remembered of the two vaults stays with them

printf 'fictional words of a controller\n' > controller.pass
printf 'fictional words of a regulator\n' > regulator.pass
chmod 600 ./*.pass

controller() { "$program" --vault "$place/controller" --passphrase-file controller.pass "$@"; }
regulator() { "$program" --vault "$place/regulator" --passphrase-file regulator.pass "$@"; }
say() { printf '\n== %s\n' "$*"; }

say 'two vaults'
memory=${BREACHCASE_WALKTHROUGH_MEMORY:-256}
controller vault init --role controller --organisation 'Northmoor Training Agency' \
    --person 'A. Responder' --zone Europe/London --kdf-memory "$memory" --recovery-file controller.recovery
regulator vault init --role regulator --organisation 'Sample Information Commission' \
    --person 'C. Officer' --zone Europe/London --kdf-memory "$memory" --recovery-file regulator.recovery

say 'the two offices exchange cards'
controller key show > controller.card
regulator key show > regulator.card
controller contact add regulator.card --role regulator

say 'the number of a card, read aloud over the telephone and typed by who hears it'
number() { "$1" key show 2>&1 > /dev/null | sed -n 's/^number *//p'; }
controller contact verify sample --number "$(number regulator)"

say 'the controller records the breach: a discovery time without a date'
controller new 'Staff records at a training supplier'
controller edit staff-records --from "$twin/twin-initial.json"
controller check staff-records || true
controller clock staff-records

say 'a person says when the controller became aware, and why'
controller edit staff-records --aware "2019-12-18T16:42$zone" \
    --reason 'date from the duty log, time from the initial report'
controller clock staff-records --now "2019-12-20T18:00$zone"

say 'sealed, then sent'
controller send staff-records --to sample --at "2019-12-20T18:10$zone" -o initial.age \
    --incomplete --reason 'a late or thin report is better than none; the rest follows'
controller sent staff-records --at "2019-12-20T18:16$zone" --via bundle

say 'the regulator, who has never met this controller, receives it'
regulator receive initial.age --sent "2019-12-20T18:16$zone" --received "2019-12-20T18:16$zone" \
    --at "2019-12-23T11:12$zone" --yes
regulator receive initial.age --yes
regulator ls
regulator edit northmoor --aware "2019-12-18T16:42$zone" --reason 'told by telephone'
regulator clock northmoor

say 'it acknowledges with a reference; the controller files that'
regulator ack northmoor --ref IC-40717-T3W9 --at "2019-12-23T11:23$zone" -o ack.age
controller receive ack.age --yes
controller clock staff-records

say 'in the middle of the case the controller gets new keys; the regulator is told, and compares'
mkdir keys
controller key rotate --recovery-file controller.recovery -o keys
regulator receive keys/*.age --yes
regulator contact verify northmoor --number "$(number controller)"
regulator contact allowed-signers

say 'the follow-up'
controller followup staff-records
controller edit staff-records --from "$twin/twin-follow-up.json"
controller check staff-records || true
controller send staff-records --to sample --at "2019-12-31T19:58$zone" -o follow-up.age \
    --incomplete --reason 'the discovery time is in the initial report'
controller sent staff-records --at "2019-12-31T20:02$zone" --via bundle
regulator receive follow-up.age --sent "2019-12-31T20:02$zone" --received "2019-12-31T20:02$zone" \
    --at "2019-12-31T20:02$zone" --yes
regulator diff IC-40717-T3W9 || true

say 'the decision, with five reasons and two recommendations'
regulator decide IC-40717-T3W9 --at "2020-01-14T15:47$zone" -o decision.age \
    --outcome 'no further action on this occasion' \
    --reason 'the incident appears to be isolated' \
    --reason 'many people are concerned, but the data are of low actual sensitivity' \
    --reason 'no evidence of detriment has been received' \
    --reason 'the controller considers a risk unlikely and keeps investigating' \
    --reason 'action has been taken' \
    --recommend 'check whether the measures in place before were followed and adequate' \
    --recommend 'keep monitoring, and act and tell us if the risk assessment changes'
controller receive decision.age --yes

say 'closed on both sides'
regulator close IC-40717-T3W9 --at "2020-01-14T15:47$zone"
controller close IC-40717-T3W9 --at "2020-01-14T16:30$zone"
regulator show IC-40717-T3W9
controller show IC-40717-T3W9
