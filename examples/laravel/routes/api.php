<?php

use App\Latido;
use Illuminate\Http\Request;
use Illuminate\Support\Facades\Route;

// The phone that is signed in here asks for its bearer, and connects to Latido with it.
Route::middleware('auth:sanctum')->post('/latido-token', function (Request $request, Latido $latido) {
    $personId = $latido->putPerson($request->user(), ['collector']);

    return [
        'url' => config('broadcasting.latido.url'),
        'token' => $latido->tokenFor($personId),
        'channel' => 'private-cobrador.'.$request->user()->id,
    ];
});
