-- +goose Up
-- The operator's replays are facts of the tenant's log too, in one transaction with
-- what they make owed.
grant execute on function dcm.replay(uuid, text, uuid, uuid, text) to dcm_operator;
