// What ../node/checks.mjs exports; it is copied here.
export declare const address: string
export declare const nodeA: string
export declare const nodeB: string
export declare const contract: { send: string; receive: string }[]
export declare function run(library: string, checks: Record<string, () => Promise<void>>): Promise<never>
