export { Lobby, type LobbyProps } from './lobby.tsx';
export { LobbyDoor, type LobbyDoorProps } from './door.tsx';
export { useLobby, type LobbyAct, type LobbyOptions, type LobbyView } from './use-lobby.ts';
export { useKnock } from './knock.ts';
export { useLobbyPlace, type LobbyPlaceView } from './use-place.ts';
export { enLobbyLabels, esLobbyLabels, type LobbyLabels } from './labels.ts';
