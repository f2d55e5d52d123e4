-- Purpose: how a dispatch's rows stand, by the domain of the address.
-- Parameters: dispatch_id.
-- Columns: domain, planned, sent, failed, waiting; the domains with most letters first.
-- Index: message_in_dispatch.
SELECT
    substr(m.address, instr(m.address, '@') + 1) AS domain,
    count(*) AS planned,
    count(*) FILTER (WHERE m.state = 'sent') AS sent,
    count(*) FILTER (WHERE m.state = 'failed') AS failed,
    count(*) FILTER (WHERE m.state IN ('queued', 'claimed', 'deferred')) AS waiting
FROM delivery_message m
WHERE m.dispatch_id = %(dispatch_id)s
GROUP BY substr(m.address, instr(m.address, '@') + 1)
ORDER BY count(*) DESC
LIMIT 500
