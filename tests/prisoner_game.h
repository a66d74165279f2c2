/* prisoner_game.h - the corridor as a finite game, found by playing it: for tests of its exact values and of who learns
 * them. */
#ifndef TESTS_PRISONER_GAME_H
#define TESTS_PRISONER_GAME_H

#include "baselines/two_player_exact.h"
#include "envs/prisoner.h"
#include "tests/environment.h"

static bool near(double a, double b, double within)
{
    double by = a - b;
    return by <= within && by >= -within;
}

/* One step from these cells with the coin of that number. */
static play step_from(const mg_prisoner_config *config, int cell_0, int cell_1, int32_t a, int32_t b, uint32_t coin)
{
    play p;
    play_start(&p, &mg_prisoner, config, 0);
    mg_row row = play_row(&p);
    mg_prisoner_place(&row, cell_0, cell_1);
    mg_stream stream = mg_stream_at((mg_key){77, 0}, MG_PURPOSE_TEST, coin, 0, 0);
    const int32_t action[2] = {a, b};
    mg_outcome outcome = {.reward = p.reward, .paid = p.paid, .received = p.received};
    mg_prisoner.step(&row, &(mg_joint){.action = action}, &stream, &outcome);
    p.terminated = outcome.terminated;
    p.truncated = outcome.truncated;
    play_look(&p);
    return p;
}

static int cell_of(const play *p, int agent)
{
    mg_row row = play_row(p);
    return mg_prisoner_cell(&row, agent);
}

static int number_of(int cell_0, int cell_1)
{
    return (cell_0 - 1) * 3 + cell_1 - 5;
}

/* Every state, joint action and outcome, by playing them. */
static mg_two_player_game game_of(const mg_prisoner_config *config)
{
    mg_two_player_game game = {.states = 9};
    for (int s = 0; s < 9; s++)
        for (int joint = 0; joint < 4; joint++) {
            int outcomes = 0;
            for (uint32_t coin = 0; coin < 64; coin++) {
                play p = step_from(config, s / 3 + 1, s % 3 + 5, joint / 2, joint % 2, coin);
                mg_two_player_outcome found = {
                    .probability = 1.0,
                    .next = p.terminated ? -1 : number_of(cell_of(&p, 0), cell_of(&p, 1)),
                    .reward = {p.metric[1], p.metric[2]},
                };
                bool known = false;
                for (int o = 0; o < outcomes; o++) {
                    const mg_two_player_outcome *seen = &game.outcome[s][joint][o];
                    known = known || (seen->next == found.next && near(seen->reward[0], found.reward[0], 1e-12));
                }
                if (!known && outcomes < MG_TWO_PLAYER_OUTCOMES)
                    game.outcome[s][joint][outcomes++] = found;
            }
            for (int o = 0; o < outcomes; o++)
                game.outcome[s][joint][o].probability = 1.0 / (double)outcomes;
        }
    return game;
}

#endif
