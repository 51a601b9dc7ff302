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
regulator edit northmoor --aware "2019-12-18T16:42$zone" --reason 'told by telephone'

say 'a receipt back: proof for the 72 hours, before anybody has read the report'
regulator receipt northmoor -o receipt-initial.age
controller receive receipt-initial.age --yes

say 'the filing-stamp trap: filed 64h56m after it was sent, which is not lateness of the controller'
# The stamp that the regulator's system puts on a report is when a clerk filed it, here after a
# weekend. Awareness to that stamp is 114h30m; the controller needed 49h34m of its 72 hours.
regulator clock northmoor

say 'a busy desk: urgent, for one officer; what waits'
regulator triage northmoor --priority urgent --note 'National Insurance numbers of many people'
regulator assign northmoor --to 'C. Officer'
regulator ls
regulator inbox

say 'it acknowledges with a reference; the controller files that, and a receipt goes back'
regulator ack northmoor --ref IC-40717-T3W9 --at "2019-12-23T11:23$zone" -o ack.age \
    --message 'we will write again when we have read it'
controller receive ack.age --yes --receipt receipt-ack.age
regulator receive receipt-ack.age --yes
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

say 'a request for information: two questions, each with its own due date'
regulator ask IC-40717-T3W9 --at "2020-01-02T10:00$zone" -o request.age \
    --question 'Which supplier held the list, and since when?' \
    --question 'What do the logs of the supplier show?' \
    --due "2020-01-09$zone" --due "2=2020-01-10T17:00$zone"
controller receive request.age --at "2020-01-02T10:30$zone" --yes
controller inbox
controller answer staff-records

say 'one question is answered at once, with a file; the other one later'
printf 'contract of 2017 with the supplier, in short\n' > contract.txt
controller attach staff-records contract.txt
controller answer staff-records --at "2020-01-03T09:00$zone" -o answer-1.age \
    --reply 1 'Northmoor Training Supplies, since 2017; the contract is attached.' \
    --attach contract.txt
controller answer staff-records --at "2020-01-09T16:00$zone" -o answer-2.age \
    --reply 2 'One download of the list, on 7 December, from an address of the supplier.'
regulator receive answer-2.age answer-1.age --at "2020-01-09T16:30$zone" --yes
regulator show IC-40717-T3W9 | sed -n '/^out information request/,/^$/p'
regulator extract IC-40717-T3W9 contract.txt -o contract.copy
cmp contract.txt contract.copy
regulator inbox
regulator inbox --seen IC-40717-T3W9

say 'the decision, with five reasons and two recommendations'
regulator decide IC-40717-T3W9 --at "2020-01-14T15:47$zone" -o decision.age \
    --outcome 'no further action on this occasion' \
    --reason 'the incident appears to be isolated' \
    --reason 'many people are concerned, but the data are of low actual sensitivity' \
    --reason 'no evidence of detriment has been received' \
    --reason 'the controller considers a risk unlikely and keeps investigating' \
    --reason 'action has been taken' \
    --recommend 'check whether the measures in place before were followed and adequate' \
    --recommend 'keep monitoring, and act and tell us if the risk assessment changes' \
    --basis 1 --note 'the case may be reopened by new information'
controller receive decision.age --yes --receipt receipt-decision.age
regulator receive receipt-decision.age --yes
controller inbox

say 'another case: a report that turns out to be none is withdrawn'
controller new 'Lost memory stick'
controller edit lost-memory-stick --set "discovered=2020-01-13T09:00$zone" \
    --set 'controller_name=Northmoor Training Agency'
controller send lost-memory-stick --to sample --at "2020-01-13T12:00$zone" -o stick.age \
    --incomplete --reason 'we are still looking for it'
controller sent lost-memory-stick --at "2020-01-13T12:05$zone"
controller withdraw lost-memory-stick --at "2020-01-13T15:00$zone" -o stick-withdrawn.age \
    --reason 'the stick was found in a locked drawer; nobody else had it'
mkdir -p stick
mv stick.age stick-withdrawn.age stick/
regulator receive stick --at "2020-01-13T15:10$zone" --yes
regulator inbox
mv stick/*.age .

say 'closed on both sides'
regulator close IC-40717-T3W9 --at "2020-01-14T15:47$zone"
controller close IC-40717-T3W9 --at "2020-01-14T16:30$zone"
regulator show IC-40717-T3W9
controller show IC-40717-T3W9
