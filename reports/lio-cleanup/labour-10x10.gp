# title: Who cleans and who eats on the map of 10x10
# place: 4
# caption: At the end of training. Each dot is an agent: the waste that it washes away in an episode, and the apples that it
#          eats; a line joins the two agents of one seed. Labour is divided where a line goes from the lower right (one
#          cleans, and eats nothing) to the upper left (the other eats, and cleans nothing).
map = '10x10'
load shared.'/river-labour.gp'
