# title: Ten steps of an episode (thesis Figures 5.3, B.5a and b)
# place: 9
# caption: Steps 20 to 29 of an episode on the map of 7x7, played by the networks of seed 0 as they are at the end of their
#          training. A beam hides whom it covers. Waste gathers in two cells, in the upper left corner; apples grow in the
#          right column.
wanted = 'lio ac ac-d ac-c ia cen'
load shared.'/river-film.gp'
