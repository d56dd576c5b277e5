#!/usr/bin/env node
/**
 * What the shell starts. Node's own threads verify signatures while the program goes on, and as many of them as there are processors
 * would take its time from it. Node 20 starts them with the first ES module, so that this is none.
 */
import { availableParallelism } from 'node:os'

const usual = 4
process.env.UV_THREADPOOL_SIZE ??= String(Math.min(usual, Math.max(1, availableParallelism() - 1)))

void import('./main.js')
