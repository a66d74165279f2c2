# title: What LToS learns to keep of its own reward
# caption: Where an episode begins, without exploration's noise: the share that the less selfish agent keeps, the share
#          that the more selfish one keeps, and how far the high level's parameters have moved, over the length of the first
#          ones. Lines are means of the seeds, bands their range. 0 and 1: one agent gives all away, the other nothing, as the
#          paper's text has it.
rows = 'own_weight_least own_weight_largest sharing_moved'
row_names = 'least share kept|largest share kept|moved'
panels = 'all'
panel_names = 'prisoner'
lines = 'ltos ltos_code fixed_ltos'
line_names = 'ltos|ltos-code|fixed-ltos'
key(line, panel) = line
load shared.'/default-overlay.gp'
