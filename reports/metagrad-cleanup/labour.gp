# title: Who cleans and who eats
# place: 2
# caption: The map of 7x7, at the end of training. Each dot is an agent: the waste that it washes away in an episode, and
#          the apples that it eats; a line joins the two agents of one seed. Labour is divided where a line goes from the
#          lower right (one cleans, and eats nothing) to the upper left (the other eats, and cleans nothing). Without 7x7-sums.
map = '7x7'
load shared.'/river-labour.gp'
