/** Flags of Node for the server. */
export declare const SERVER_FLAGS: readonly string[];
