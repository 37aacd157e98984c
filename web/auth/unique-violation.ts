import { DatabaseError } from 'pg';

/** Whether an error is PostgreSQL's for a violated unique constraint (SQLSTATE 23505). */
export const isUniqueViolation = (error: unknown): boolean => error instanceof DatabaseError && error.code === '23505';
