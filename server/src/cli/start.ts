#!/usr/bin/env node
/** What the shell starts. */
void import('./main.js')
