-- Purpose: this transaction is one of few and large statements, and the import's last one makes it durable.
-- Parameters: none.
-- Columns: the settings, which end with the transaction. Compiling a plan takes longer here than running it.
-- Index: none.
SELECT
    SET_CONFIG('jit', 'off', true),
    SET_CONFIG('work_mem', '64MB', true),
    SET_CONFIG('synchronous_commit', 'off', true)
