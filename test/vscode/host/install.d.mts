export declare const hostDirectory: string
export declare const hostExecutable: string
export declare const chromium: string
export declare function hostObstacle(needs?: { browser?: boolean }): string | undefined
export declare function installHost(log?: (line: string) => void): void
