"""Policy gradients for the team's reward on predation, with numpy alone: 64 episodes side by side.

    python3 train_predation.py [UPDATES]
"""
import sys

import numpy

import marlgold

ROWS, RATE = 64, 0.05
random = numpy.random.default_rng(0)
game = marlgold.vector("predation", rows=ROWS, agents=3, seed=1)
agents, seen = game.spec.agents, game.agents[0].observation
weights = numpy.zeros((agents, seen + 1))  # of going right, per agent

for update in range(int(sys.argv[1]) if len(sys.argv) > 1 else 60):
    game.reset()
    team, gradient, steps = 0.0, numpy.zeros_like(weights), 0
    while not (game.terminated | game.truncated).any():
        inputs = numpy.concatenate([game.observation.reshape(ROWS, agents, seen), numpy.ones((ROWS, agents, 1))], axis=2)
        right = 1.0 / (1.0 + numpy.exp(-numpy.einsum("ras,as->ra", inputs, weights)))
        action = (random.random((ROWS, agents)) < right).astype(numpy.int32)
        game.step(action)
        reward = game.reward.sum(axis=1)  # a step's reward hangs on that step alone
        gradient += numpy.einsum("ra,ras,r->as", action - right, inputs, reward - reward.mean()) / ROWS
        team, steps = team + reward.mean(), steps + 1
    weights += RATE * gradient
    if update % 10 == 0:
        print("update %d: %.3f a step" % (update, team / steps))
print("update %d: %.3f a step; nobody chases: %d, one does: -4, all do: %d" % (update, team / steps, -3 * agents, -agents))
