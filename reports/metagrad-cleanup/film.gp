# title: Ten steps of an episode
# place: 4
# caption: Steps 20 to 29 of an episode on the map of 7x7, played by the networks of seed 0 as they are at the end of their
#          training. A beam hides whom it covers. Waste gathers in two cells, in the upper left corner; apples grow in the
#          right column. Seed 0 of dual-rl-c is the one of five that divides labour in the end. Without 7x7-sums.
wanted = 'metagrad dual-rl-c ac cen'; left_side = 0.095
load shared.'/river-film.gp'
